import Foundation

/// One input of libFuzzer, for the target that FUZZ_TARGET names.
@_cdecl("LLVMFuzzerTestOneInput")
@_spi(Fuzz)
public func fuzzOneInput(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  let bytes = unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  target(bytes)
  return 0
}

private let target: @Sendable ([UInt8]) -> Void = {
  switch ProcessInfo.processInfo.environment["FUZZ_TARGET"] {
  case "frame": fuzzFrame
  case "json": fuzzJSON
  case "topic": fuzzTopic
  case "registry": fuzzRegistry
  case "time": fuzzTime
  #if FUZZ_QUERY
    case "query": fuzzQuery
  #endif
  default: fatalError("FUZZ_TARGET must be frame, json, topic, registry, time or query")
  }
}()

/// Stops the fuzzer with its input.
func require(_ condition: Bool, _ text: @autoclosure () -> String) {
  if !condition { fatalError(text()) }
}
