import Glibc

@main
enum Simulate {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      var run = Run(options)
      exit(run.start() ? 0 : 1)
    } catch {
      print("simulate: \(error)\n\(Options.usage)")
      exit(2)
    }
  }
}
