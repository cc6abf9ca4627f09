/// How hard a pattern is to read for a camera (ISO/IEC 18004, 7.8.3): the mask with the least is taken.
enum QRPenalty {
  static func of(_ modules: [[Bool]]) -> Int {
    let columns = modules.indices.map { column in modules.map { $0[column] } }
    return (modules + columns).reduce(0) { $0 + runs($1) + finders($1) } + squares(modules)
      + balance(modules)
  }

  /// Five or more alike in a row.
  private static func runs(_ line: [Bool]) -> Int {
    var (penalty, run) = (0, 0)
    for place in line.indices {
      run = place > 0 && line[place] == line[place - 1] ? run + 1 : 1
      if run == 5 { penalty += 3 } else if run > 5 { penalty += 1 }
    }
    return penalty
  }

  /// What looks like the middle of a finder with white at a side.
  private static func finders(_ line: [Bool]) -> Int {
    let core = [true, false, true, true, true, false, true]
    let white = [false, false, false, false]
    let patterns = [core + white, white + core]
    return 40
      * (0...(line.count - 11)).count { start in
        patterns.contains { $0.elementsEqual(line[start..<(start + 11)]) }
      }
  }

  /// Two by two alike.
  private static func squares(_ modules: [[Bool]]) -> Int {
    3
      * (1..<modules.count).reduce(0) { penalty, row in
        penalty
          + (1..<modules.count).count { column in
            let corner = modules[row][column]
            return corner == modules[row - 1][column] && corner == modules[row][column - 1]
              && corner == modules[row - 1][column - 1]
          }
      }
  }

  /// Every five per cent away from half.
  private static func balance(_ modules: [[Bool]]) -> Int {
    let (dark, all) = (modules.reduce(0) { $0 + $1.count { $0 } }, modules.count * modules.count)
    return 10 * (abs(dark * 20 - all * 10) / all)
  }
}
