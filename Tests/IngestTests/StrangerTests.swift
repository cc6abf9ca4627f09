import Ingest
import TestSupport
import Testing

@Suite struct StrangerTests {
  @Test("of devices that are not registered one a minute is told, with what to do")
  func told() {
    var driver = EngineDriver([EngineDevice("dev-01")])
    let payload = EngineDriver.frame(first: 0).bytes
    for seconds in [0, 1, 59, 60, 61] {
      for name in ["ghost", "other"] {
        driver.receive(
          payload, topic: "pikapalaute/v1/helsinki/\(name)/press",
          receivedAtMilliseconds: EngineDriver.received + seconds * 1000)
      }
    }
    let notices = driver.engine.takeNotices()
    #expect(notices.count == 2)
    for notice in notices {
      #expect(notice.contains("/ghost/press") && notice.contains("pikapalaute apply"))
    }
    #expect(driver.engine.quarantinedTotals == [.unregisteredDevice: 10])
  }
}
