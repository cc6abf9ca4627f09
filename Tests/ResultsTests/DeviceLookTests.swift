import Synchronization
import Testing

@testable import Web

@Suite struct DeviceLookTests {
  struct Unreadable: Error {}

  @Test("however many ask at once or soon after, the devices are looked through once")
  func once() async {
    let devices = DeviceLook<Int>()
    let looks = Mutex(0)
    let look: @Sendable () async throws -> Int = {
      await Task.yield()
      return looks.withLock {
        $0 += 1; return $0
      }
    }
    await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<200 {
        group.addTask { await devices.found(monotonicMilliseconds: 5, look: look) }
      }
      for await count in group { #expect(count == nil || count == 1) }
    }
    let interval = WebLimits.deviceLookMilliseconds
    #expect(await devices.found(monotonicMilliseconds: 4 + interval, look: look) == 1)
    #expect(await devices.found(monotonicMilliseconds: 5 + interval, look: look) == 2)
    #expect(looks.withLock { $0 } == 2)
  }

  @Test("a look that fails leaves no number, and is not tried again at once")
  func failed() async {
    let devices = DeviceLook<Int>()
    let interval = WebLimits.deviceLookMilliseconds
    #expect(await devices.found(monotonicMilliseconds: 0) { 3 } == 3)
    #expect(await devices.found(monotonicMilliseconds: interval) { throw Unreadable() } == nil)
    #expect(await devices.found(monotonicMilliseconds: interval + 1) { 4 } == nil)
    #expect(await devices.found(monotonicMilliseconds: 2 * interval) { 4 } == 4)
  }
}
