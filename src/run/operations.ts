/**
 * The operations of TensorFlow that compiled graphs are made of; a graph with any other is not one of ours.
 *
 * TensorFlow has operations that read and write files, so that a stranger's SavedModel could do anything that its
 * reader may do. None of these can.
 */
export const operations: ReadonlySet<string> = new Set(
  `Placeholder PlaceholderWithDefault Const Identity StopGradient Cast
  Relu Elu LeakyRelu Tanh Sigmoid Exp Log Sqrt Square Abs Neg Floor
  Add AddV2 Sub Mul RealDiv Maximum Minimum GreaterEqual Greater Select SelectV2
  Conv2D Conv2DBackpropInput DepthwiseConv2dNative BiasAdd _FusedConv2D _FusedMatMul MatMul BatchMatMul BatchMatMulV2
  MaxPool AvgPool Sum Mean Max Cumsum
  ConcatV2 Slice StridedSlice Pack Shape GatherV2 Pad PadV2 MirrorPad Reshape Transpose Tile ExpandDims Squeeze Fill
  ResizeNearestNeighbor ResizeBilinear`.split(/\s+/),
);
