/// What ends a run early: one line that says what, its value, and what to do next.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
