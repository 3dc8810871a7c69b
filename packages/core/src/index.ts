// Errors and time
export { AttuneError, messageOf, refuseProblems } from './errors.ts'
export type { ErrorCode, Json, Problem } from './errors.ts'
export { simulatedClock, systemClock } from './clock.ts'
export type { Clock, SimulatedClock } from './clock.ts'

// Spaces
export { choice, constant, flag, float, int, list, variant } from './space/builders.ts'
export type { List, NumberOptions, Param, Shape, ShapeNode, Variant } from './space/builders.ts'
export { space } from './space/space.ts'
export type { Condition, FlatParam, Infer, SearchSpace, Values } from './space/space.ts'
export { activeNames, isActive } from './space/activity.ts'
export { cardinality } from './space/cardinality.ts'
export { isFeasible, refuseInfeasible } from './space/constraint.ts'
export type { Requirement } from './space/constraint.ts'
export { contains, countValues, describeDistribution } from './space/distribution.ts'
export type { Distribution, Label, Scale } from './space/distribution.ts'
export { codecOf, decodePoint, encodeValues } from './space/encode.ts'
export type { Codec } from './space/encode.ts'
export { parseSpace, spaceFromJson } from './space/from-json.ts'
export { spaceToJson } from './space/to-json.ts'
export type { SpaceJson } from './space/to-json.ts'
export { readerOf, resolveName, scopeOf } from './space/names.ts'
export { checkValues, flatten, nest } from './space/nest.ts'

// The expression language
export {
  checkExpression,
  evaluateExpression,
  formatName,
  holds,
  matches,
  parseExpression,
} from './expression/index.ts'
export type { Expression, Scope } from './expression/index.ts'
export { nearest } from './nearest.ts'

// Trials
export type { Decision } from './trial/decision.ts'
export { failed, judgeMetrics, outcomeOf, outcomeOfError } from './trial/outcome.ts'
export type { Outcome } from './trial/outcome.ts'
export { recordOf } from './trial/stored-record.ts'
export type { TrialRecord } from './trial/record.ts'
export { trialSeed } from './trial/trial-seed.ts'
export { compileWhere } from './trial/compile-where.ts'
export { paramNames, resolveParam, shortName } from './trial/param-names.ts'
export { csvLine, trialsTable } from './trial/csv.ts'
export type { CsvCell } from './trial/csv.ts'
export { metricNames, reasonOf, trialScope } from './trial/trial-scope.ts'
export type { TrialScope } from './trial/trial-scope.ts'
export { createTrial } from './trial/trial.ts'
export type { LiveTrial, Trial, TrialData, TrialLine } from './trial/trial.ts'

// Studies
export { createStudy } from './study/create-study.ts'
export { objectiveSpecs } from './study/objective-specs.ts'
export type {
  ObjectiveOption,
  ObjectivesOption,
  ResultOf,
  StudyOptions,
} from './study/study-options.ts'
export { describeChanges } from './study/changes.ts'
export type { Change } from './study/changes.ts'
export type { OptimizeLimits, Summary } from './study/optimize.ts'
export type { RunOrigin } from './study/note-run.ts'
export type { CostLimit, StoppingLimits } from './study/stopping.ts'
export type { RetryOption } from './study/retry.ts'
export type { Range, Ranges } from './study/narrow.ts'
export type { EnqueueOptions, Study } from './study/study.ts'
export type { Annotation, AnnotationResult } from './study/annotations.ts'
export type { CommandDone, StudyCommand } from './study/study-command.ts'
export { checkArtifactName } from './study/attached-files.ts'
export { filesOf } from './trial/trial-files.ts'
export { openHistory } from './study/study-log.ts'
export type { DuplicatesOption } from './study/duplicates.ts'
export { verifyStudy } from './study/verify.ts'
export type {
  CheckKind,
  Difference,
  SkippedChecks,
  Verification,
  VerifyOptions,
} from './study/verify.ts'

// Journals
export { memoryJournal, memoryLeases } from './journal/memory-journal.ts'
export type { Entry, Journal, Leases, Seq } from './journal/journal.ts'
export { failureReasons, isKnownEvent, journalVersion, parseEvent } from './journal/event.ts'
export type {
  Annotated,
  Artifact,
  Described,
  Direction,
  Discovered,
  Failure,
  FailureReason,
  ObjectiveSpec,
  Resources,
  RetryRule,
  Rungs,
  RunLimits,
  RunMachine,
  StudyConfig,
  StudyEvent,
} from './journal/event.ts'
export {
  cell,
  countStates,
  createHistory,
  stateOf,
  trialStates,
  trialsToJudge,
  valuesOf,
} from './journal/history.ts'
export type { History, Note, StudyAbout, StudyRun, TrialState } from './journal/history.ts'
export { jointSpace } from './journal/discovered.ts'
export { applyEntry } from './journal/reduce.ts'
export { catchUp, replay } from './journal/replay.ts'
export { spaceOf } from './journal/stored-space.ts'
export { historyFromSnapshot, snapshotBytes } from './journal/snapshot.ts'
export { checkOutcomeConstraints } from './journal/outcome-constraint.ts'
export { laggedView, liveView } from './journal/view.ts'
export type { HistoryView } from './journal/view.ts'

// Samplers
export { auto } from './samplers/auto.ts'
export { cmaEs } from './samplers/cma-es/cma-es.ts'
export type { CmaEsOptions } from './samplers/cma-es/cma-es.ts'
export { forest } from './samplers/forest/forest.ts'
export type { ForestSamplerOptions } from './samplers/forest/forest.ts'
export { gamma } from './samplers/gamma/gamma.ts'
export type { GammaOptions, GammaReading } from './samplers/gamma/gamma.ts'
export type { AcquisitionName } from './samplers/gamma/criterion.ts'
export type { DistributionName } from './samplers/gamma/search-distribution.ts'
export { differentialEvolution } from './samplers/genetic/differential-evolution.ts'
export type { DifferentialEvolutionOptions } from './samplers/genetic/differential-evolution.ts'
export { genetic } from './samplers/genetic/genetic.ts'
export type { GeneticOptions } from './samplers/genetic/genetic.ts'
export { nsga2 } from './samplers/nsga/nsga2.ts'
export { nsga3 } from './samplers/nsga/nsga3.ts'
export type { NsgaOptions } from './samplers/nsga/settings.ts'
export { gp } from './samplers/gp/gp.ts'
export type { GpOptions } from './samplers/gp/gp.ts'
export { grid } from './samplers/grid.ts'
export { halton } from './samplers/halton.ts'
export { latinHypercube } from './samplers/latin-hypercube.ts'
export type { LatinHypercubeOptions } from './samplers/latin-hypercube.ts'
export { random } from './samplers/random.ts'
export { sobol } from './samplers/sobol.ts'
export { tpe } from './samplers/tpe/tpe.ts'
export type { TpeOptions } from './samplers/tpe/tpe.ts'
export type { Grouping } from './samplers/tpe/settings.ts'
export type { Prior } from './samplers/tpe/prior.ts'
export type { LabelBelief, NumberBelief } from './samplers/tpe/belief.ts'
export type { Draw, Proposal, Sampler, SamplerSupport } from './samplers/sampler.ts'

// Schedulers
export { asha } from './schedulers/asha.ts'
export type { AshaOptions } from './schedulers/asha.ts'
export { hyperband } from './schedulers/hyperband.ts'
export type { HyperbandOptions } from './schedulers/hyperband.ts'
export { median } from './schedulers/median.ts'
export type { MedianOptions } from './schedulers/median.ts'
export { none } from './schedulers/scheduler.ts'
export type { RungReport, Scheduler } from './schedulers/scheduler.ts'
export { createSampler, createScheduler, samplerNames, schedulerNames } from './study/registry.ts'

// Executors
export type { Executor } from './executors/executor.ts'
export { inline, untilAborted } from './executors/inline.ts'
export type { Objective } from './executors/inline.ts'
export { simulated } from './executors/simulated.ts'
export type { SimulatedReport, SimulatedRun } from './executors/simulated.ts'

// Analysis
export { bestTrials, lossesOf, rankTrials } from './analysis/best.ts'
export { convergence, hypervolumeConvergence, rowOfShare } from './analysis/convergence.ts'
export type {
  BestConvergenceOptions,
  Convergence,
  ConvergenceOptions,
  RecentRate,
  VolumeConvergenceOptions,
} from './analysis/convergence.ts'
export { diagnoseSurrogate } from './analysis/diagnostics.ts'
export type { DiagnosisSummary, SurrogateDiagnosis } from './analysis/diagnostics.ts'
export { hullChain, onionLayers, slopeSignChange, stripHull } from './analysis/convex-hull.ts'
export type { HullSide, Point } from './analysis/convex-hull.ts'
export { binnedEffects, parameterEffects } from './analysis/effects.ts'
export type { EffectsOptions, ParameterEffect } from './analysis/effects.ts'
export { failureCauses } from './analysis/failure-causes.ts'
export type { FailureCause, FailureRegion } from './analysis/failure-causes.ts'
export { responseSurface } from './analysis/response-surface.ts'
export type { ResponseSurface, ResponseSurfaceOptions } from './analysis/response-surface.ts'
export { hypervolume } from './analysis/hypervolume.ts'
export { hypervolumeContributions, hypervolumeSubset } from './analysis/hypervolume-subset.ts'
export { predictLearningRate } from './analysis/learning-rate-prediction.ts'
export type {
  HullPrediction,
  LearningRatePrediction,
  LearningRatePredictionOptions,
  LearningRateResult,
  Parabola,
} from './analysis/learning-rate-prediction.ts'
export { proposeLearningRate } from './analysis/learning-rate-sweep.ts'
export type { LearningRateProposal, SweepNote, SweepRun } from './analysis/learning-rate-sweep.ts'
export { importanceIntervals } from './analysis/importance/bootstrap.ts'
export type { ImportanceIntervalOptions } from './analysis/importance/bootstrap.ts'
export { fanova } from './analysis/importance/fanova.ts'
export type { FanovaOptions } from './analysis/importance/fanova.ts'
export { dominates, paretoFronts } from './analysis/pareto.ts'
export { expectedResult } from './analysis/expected-result.ts'
export type { ExpectedResult } from './analysis/expected-result.ts'
export { rankFinished } from './analysis/ranking.ts'
export { estimateRegret, fewestForRegret } from './analysis/regret.ts'
export type { Regret, RegretOptions } from './analysis/regret.ts'
export type { ResultModelOptions } from './analysis/result-model.ts'
export { pedAnova } from './analysis/importance/ped-anova.ts'
export type { Importance } from './analysis/importance/ped-anova.ts'

// Charts of learning rates
export { learningRateChart } from './charts/learning-rate.ts'
export type { LearningRateChartOptions } from './charts/learning-rate.ts'

// Numbers
export { hash32, hashText } from './math/hash.ts'
export { createRng } from './math/rng.ts'
export type { Rng } from './math/rng.ts'

// Charts
export type {
  AnyChart,
  Axis,
  BandMark,
  BarsMark,
  Chart,
  HeatMark,
  LineMark,
  Mark,
  ParallelChart,
  ParallelLine,
  PointsMark,
  Position,
  RuleMark,
  SpaceChart,
  SpacePoints,
  SpansMark,
  SurfaceMark,
} from './charts/chart.ts'
export { isParallel, isSpace, labelAt, lineName } from './charts/chart.ts'
export {
  chartKind,
  chartKinds,
  checkMetrics,
  columnsOf,
  objectivePlace,
} from './charts/chart-kinds.ts'
export type {
  ChartFlag,
  ChartFunctionOptions,
  ChartKind,
  ChartRequest,
  PlottedStudy,
} from './charts/chart-kinds.ts'
export { columnValues } from './charts/column-values.ts'
export type { ColumnValues } from './charts/column-values.ts'
export { chartColumn, paramsOf } from './charts/chart-column.ts'
export type { ChartColumn, ColumnLabels } from './charts/chart-column.ts'
export { chartSummary } from './charts/chart-summary.ts'
export { chartData, isShown } from './charts/chart-data.ts'
export type { AxisRange, ChartData } from './charts/chart-data.ts'
export { axisTitle, axisWords, chartTable } from './charts/chart-table.ts'
export type { ChartCell, ChartTable } from './charts/chart-table.ts'
export {
  comparisonChart,
  groupProgress,
  groupStudies,
  seedlessName,
} from './charts/comparison-chart.ts'
export type {
  ComparisonChartOptions,
  GroupProgress,
  StudyGroup,
} from './charts/comparison-chart.ts'
export { curvesChart, trajectoriesChart } from './charts/curves-chart.ts'
export type { CurvesChartOptions, TrajectoriesChartOptions } from './charts/curves-chart.ts'
export { createReports, reportedTrials } from './charts/reports.ts'
export type { Report, ReportCourse, ReportedTrial, Reports } from './charts/reports.ts'
export { diagnosisCharts } from './charts/diagnosis-charts.ts'
export { edfChart } from './charts/edf-chart.ts'
export type { EdfChartOptions, NamedHistory } from './charts/edf-chart.ts'
export { lookOf } from './charts/echarts-look.ts'
export type { Look } from './charts/echarts-look.ts'
export { effectsCharts } from './charts/effects-chart.ts'
export type { EffectsChartsOptions } from './charts/effects-chart.ts'
export { describeRegion, failuresCharts } from './charts/failures-chart.ts'
export type { FailuresChartsOptions } from './charts/failures-chart.ts'
export { frontChart, frontCharts } from './charts/front-chart.ts'
export type { FrontChartOptions } from './charts/front-chart.ts'
export { frontSpaceChart } from './charts/front-space.ts'
export { historyChart } from './charts/history-chart.ts'
export type { HistoryChartOptions, HistoryMeasure } from './charts/history-chart.ts'
export type { CourseBy } from './charts/trial-course.ts'
export { hypervolumeChart } from './charts/hypervolume-chart.ts'
export type { HypervolumeChartOptions } from './charts/hypervolume-chart.ts'
export { importanceChart, importanceCharts } from './charts/importance-chart.ts'
export type { ImportanceChartOptions, ImportanceChartsOptions } from './charts/importance-chart.ts'
export { importantParams } from './charts/important-params.ts'
export { keepTrials } from './charts/keep-trials.ts'
export { parallelChart } from './charts/parallel-chart.ts'
export type { ParallelChartOptions } from './charts/parallel-chart.ts'
export { pruningCharts } from './charts/pruning-charts.ts'
export type { PruningChartsOptions } from './charts/pruning-charts.ts'
export { budgetCharts } from './charts/budget-charts.ts'
export { rankChart } from './charts/rank-chart.ts'
export type { RankChartOptions } from './charts/rank-chart.ts'
export { scatterChart, sliceChart } from './charts/scatter-chart.ts'
export type { ScatterChartOptions } from './charts/scatter-chart.ts'
export { short as shortenName } from './charts/words.ts'
export { linearAt, spaceFrame, usualTurn } from './charts/space-frame.ts'
export type {
  Linear,
  SpaceFrame,
  SpaceLine,
  SpaceScale,
  SpaceText,
  SpaceTurn,
} from './charts/space-frame.ts'
export { surfaceCharts } from './charts/surface-chart.ts'
export type { SurfaceChartsOptions } from './charts/surface-chart.ts'
export { parseCharts } from './charts/parse-chart.ts'
export type { ParsedCharts } from './charts/parse-chart.ts'
export { thinChart } from './charts/thin-chart.ts'
export type { ThinLimits } from './charts/thin-chart.ts'
export { timelineChart } from './charts/timeline-chart.ts'
export type { TimelineChartOptions } from './charts/timeline-chart.ts'
export { createAttempts, trialAttempts } from './charts/attempts.ts'
export type { Attempts, TrialAttempt } from './charts/attempts.ts'
export { chartOption } from './charts/to-echarts.ts'
export type { ChartOptionOptions, EChartsOption } from './charts/to-echarts.ts'

// What travels to a page
export type { StudyCard, StudyFacts } from './wire/wire.ts'
export type { JudgedMetric } from './wire/judged-metric.ts'
export { studyCard } from './wire/study-card.ts'
export type { StudyPlace } from './wire/study-card.ts'
export { studyFacts } from './wire/study-facts.ts'
export type { StudyFactsOptions } from './wire/study-facts.ts'
export { askedTrials, lastWordOf } from './wire/run-facts.ts'
export type { DeadWorkers } from './wire/run-facts.ts'
export { machineWords, runEndWords, runLimitWords } from './wire/run-words.ts'
export type { RunFormats, WorkerStanding } from './wire/run-words.ts'
export { addRest, packHead, packRest, unpackHead } from './wire/pack-study.ts'
export { packReports, unpackReports } from './wire/pack-reports.ts'
export type { MetricReports, ReportLimits } from './wire/pack-reports.ts'
export { packAttempts, unpackAttempts } from './wire/pack-attempts.ts'
export { packStudy, unpackStudy } from './wire/pack-whole.ts'
export type { StudyExtras, UnpackedStudy } from './wire/pack-whole.ts'
