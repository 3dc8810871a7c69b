/**
 * Layers as plain data, so that a network is a list that fits into a study's configuration or a file.
 *
 * What flows between layers has one of three forms: a vector [features], a sequence [steps, features],
 * or an image [channels, height, width]. Weights are regularised by `l1`, which adds l1 · Σ|w| to the
 * loss, and `l2`, which adds l2 / 2 · Σw² as PyTorch's weight decay does (Keras adds l2 · Σw²); biases,
 * gains and offsets are not.
 */
export type Layer =
  | Dense
  | Conv1d
  | Conv2d
  | Pool1d
  | Pool2d
  | GlobalPool
  | Flatten
  | Reshape
  | Sequence
  | BatchNorm
  | LayerNorm
  | Dropout
  | GaussianNoise
  | Activate
  | Embedding
  | ColumnEmbedding
  | Recurrent
  | Bidirectional
  | Residual
  | Output

export type LayerKind = Layer['kind']

/**
 * `leakyRelu` has slope 0.01 and `elu` alpha 1 unless an `activation` layer says otherwise; `gelu` is
 * the exact one (with the error function), `swish` is x · sigmoid(x), and `softmax` runs over features
 * or channels.
 */
export type Activation = (typeof activations)[number]

export const activations = [
  'linear',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'gelu',
  'swish',
  'tanh',
  'sigmoid',
  'softplus',
  'exponential',
  'softmax',
] as const

/** How weights begin; see `init.ts`. */
export type Initializer = (typeof initializers)[number]

export const initializers = [
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'lecunUniform',
  'lecunNormal',
  'orthogonal',
  'zeros',
] as const

/** What layers with weights share. */
export interface Weighted {
  /** Default: He's uniform before relu and its kin, LeCun's normal before selu, else Glorot's uniform. */
  readonly init?: Initializer
  /** Default true. */
  readonly bias?: boolean
  /** Default 0. */
  readonly l1?: number
  /** Default 0. */
  readonly l2?: number
}

/** Of a vector, or of every step of a sequence. */
export interface Dense extends Weighted {
  readonly kind: 'dense'
  readonly units: number
  /** Default linear. */
  readonly activation?: Activation
}

/**
 * `same` pads with zeros so that ceil(size / stride) places come out, the odd one after the end, and
 * `valid` pads nothing, so that floor((size - kernel) / stride) + 1 come out.
 */
export type Padding = 'same' | 'valid'

/** Along the steps of a sequence; the filters are its features afterwards. */
export interface Conv1d extends Weighted {
  readonly kind: 'conv1d'
  readonly filters: number
  /** Steps that a filter sees. */
  readonly size: number
  /** Default 1. */
  readonly stride?: number
  /** Default valid. */
  readonly padding?: Padding
  /** Default linear. */
  readonly activation?: Activation
}

/** A number for both, or [height, width]. */
export type Extent = number | readonly [number, number]

/** Over an image; the filters are its channels afterwards. */
export interface Conv2d extends Weighted {
  readonly kind: 'conv2d'
  readonly filters: number
  readonly size: Extent
  /** Default 1. */
  readonly stride?: Extent
  /** Default valid. */
  readonly padding?: Padding
  /** Default linear. */
  readonly activation?: Activation
}

/** The largest or the mean of steps; an average leaves the padding out. */
export interface Pool1d {
  readonly kind: 'maxPool1d' | 'averagePool1d'
  readonly size: number
  /** Default: the size. */
  readonly stride?: number
  /** Default valid. */
  readonly padding?: Padding
}

/** The largest or the mean of patches; an average leaves the padding out. */
export interface Pool2d {
  readonly kind: 'maxPool2d' | 'averagePool2d'
  readonly size: Extent
  /** Default: the size. */
  readonly stride?: Extent
  /** Default valid. */
  readonly padding?: Padding
}

/** One number a channel of an image, or a feature of a sequence. */
export interface GlobalPool {
  readonly kind: 'globalMaxPool' | 'globalAveragePool'
}

/** Anything into a vector, row by row. */
export interface Flatten {
  readonly kind: 'flatten'
}

/** Into other sizes, row by row; one of them may be -1 and follows from the others. */
export interface Reshape {
  readonly kind: 'reshape'
  readonly shape: readonly number[]
}

/**
 * An image into a sequence, so that a recurrence can follow a convolution: a step a column (default)
 * or row, its features the channels of all rows or columns there.
 */
export interface Sequence {
  readonly kind: 'sequence'
  /** Default columns. */
  readonly over?: 'columns' | 'rows'
}

/**
 * Every feature or channel to mean 0 and variance 1 over the batch (and steps or places), then a
 * learnt gain and offset. In use by running statistics: a mean of the batches' that forgets by
 * `momentum` a batch, corrected for its beginning as Adam's moments are, so that it is right from the
 * first batch on (unlike in Keras and PyTorch, where it begins at 0 and 1).
 */
export interface BatchNorm {
  readonly kind: 'batchNorm'
  /** In [0, 1), default 0.9. */
  readonly momentum?: number
  /** Added to the variance, default 1e-5. */
  readonly epsilon?: number
}

/**
 * Every example to mean 0 and variance 1, with a learnt gain and offset: a vector over its features, a
 * sequence step by step, an image over all of it with a gain a channel.
 */
export interface LayerNorm {
  readonly kind: 'layerNorm'
  /** Added to the variance, default 1e-5. */
  readonly epsilon?: number
}

/** In training every number is 0 with probability `rate`, in [0, 1), and the others are divided by 1 - rate. */
export interface Dropout {
  readonly kind: 'dropout'
  readonly rate: number
}

/** In training normal noise is added to every number. */
export interface GaussianNoise {
  readonly kind: 'gaussianNoise'
  /** Its standard deviation. */
  readonly sd: number
}

export interface Activate {
  readonly kind: 'activation'
  readonly activation: Activation
  /** Of leakyRelu below 0, default 0.01; of elu its alpha, default 1. */
  readonly slope?: number
}

/** Every number of a vector is an index in 0 … vocabulary - 1; a sequence of what was learnt of each. */
export interface Embedding {
  readonly kind: 'embedding'
  readonly vocabulary: number
  readonly units: number
  /** Default 0. */
  readonly l1?: number
  /** Default 0. */
  readonly l2?: number
}

/** Some columns of a vector are indices of categories: replaced by what was learnt of each, after the others. */
export interface ColumnEmbedding {
  readonly kind: 'columnEmbedding'
  readonly columns: readonly {
    readonly column: number
    readonly categories: number
    readonly units: number
  }[]
  /** Default 0. */
  readonly l1?: number
  /** Default 0. */
  readonly l2?: number
}

/**
 * Over the steps of a sequence, with tanh and the logistic function as its gates. `lstm` is S.
 * Hochreiter and J. Schmidhuber's (1997) with forget gates, whose biases begin at 1; `gru` is K. Cho
 * and others' (2014) in the form where the reset gate is applied after the recurrent product, with a
 * bias of its own (as in cuDNN, Keras and PyTorch). Input weights begin as Glorot's uniform, recurrent
 * ones orthogonal.
 */
export interface Recurrent {
  readonly kind: 'lstm' | 'gru'
  readonly units: number
  /** The state after every step, as a sequence; default false: the last state, as a vector. */
  readonly sequences?: boolean
  /** Default 0; of input and recurrent weights. */
  readonly l1?: number
  /** Default 0; of input and recurrent weights. */
  readonly l2?: number
}

/** The recurrence from either end. */
export interface Bidirectional {
  readonly kind: 'bidirectional'
  readonly layer: Recurrent
  /** Default concat. */
  readonly merge?: 'concat' | 'sum' | 'average'
}

/** What comes in is added to what comes out. */
export interface Residual {
  readonly kind: 'residual'
  readonly layers: readonly Layer[]
  /** Through which what comes in goes first, for example a convolution of size 1; default nothing. */
  readonly shortcut?: readonly Layer[]
}

/**
 * Last, dense, with as many units as the task needs; what is no vector is flattened. It is added where
 * it is left out, and is written to give it weights or, for numbers, an activation of its own.
 */
export interface Output extends Weighted {
  readonly kind: 'output'
  /** Only for numbers; default linear. */
  readonly activation?: Activation
}
