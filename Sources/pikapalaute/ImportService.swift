import Foundation
import ServiceLifecycle
import Store

/// Runs imports on a thread of their own, for as long as the service lives.
struct ImportService: Service {
  let worker: ImportWorker

  func run() async throws {
    await withTaskCancellationOrGracefulShutdownHandler {
      await withCheckedContinuation { continuation in
        let thread = Thread {
          worker.run()
          continuation.resume()
        }
        thread.name = "imports"
        thread.start()
      }
    } onCancelOrGracefulShutdown: {
      worker.stop()
    }
  }
}
