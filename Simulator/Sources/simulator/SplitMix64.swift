/// The simulator's only source of chance: one seed, one sequence, on every machine.
///
/// Not the standard library's `random(in:using:)`, whose algorithm may change between
/// releases: the same seed must give the same presses, or a second run would not repeat
/// the first one's sequences.
struct SplitMix64 {
  private var state: UInt64

  init(state: UInt64) {
    self.state = state
  }

  /// A generator of its own for every purpose, so that one scenario's draws do not move
  /// another's.
  init(seed: Int, label: String) {
    state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 ^ label.fnv1a
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< 1.
  mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// 0 ..< `bound`; `bound` is 1 or more.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// `low` … `high`, both included.
  mutating func between(_ low: Int, _ high: Int) -> Int {
    low + below(high - low + 1)
  }

  /// Roughly normal, mean 0 and standard deviation 1 (twelve uniforms added up): needs no
  /// logarithm, whose last bit differs between C libraries.
  mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += unit() }
    return sum
  }
}

extension String {
  /// FNV-1a, 64 bits: stable, unlike `hashValue`.
  var fnv1a: UInt64 {
    utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

/// Picks an index with a probability in proportion to its weight.
struct WeightedChoice {
  private var cumulative: [Double] = []

  /// - Precondition: at least one weight is over 0.
  init(_ weights: [Double]) {
    var sum = 0.0
    for weight in weights {
      sum += weight
      cumulative.append(sum)
    }
    precondition(sum > 0)
  }

  func pick(using random: inout SplitMix64) -> Int {
    let target = random.unit() * (cumulative.last ?? 0)
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Splits `total` into whole parts in proportion to `weights`; the parts add up exactly.
func allot(_ total: Int, by weights: [Double]) -> [Int] {
  let sum = weights.reduce(0, +)
  let exact = weights.map { Double(total) * $0 / sum }
  var parts = exact.map { Int($0) }
  // The largest remainders get what rounding down left over.
  let order = exact.indices.sorted {
    let (left, right) = (exact[$0] - Double(parts[$0]), exact[$1] - Double(parts[$1]))
    return left == right ? $0 < $1 : left > right
  }
  for index in order.prefix(total - parts.reduce(0, +)) { parts[index] += 1 }
  return parts
}
