import Ingest
import Queries
import Reporting
import Testing

@testable import Web

/// Limits are numbers of their own; what holds between them is said here.
@Suite struct LimitTests {
  @Test("the largest answer, and the largest page of presses, fit one bearer's share of memory")
  func shares() {
    // A bearer has half of what there is for large answers.
    let share = WebLimits.largeAnswerBytesMax / 2
    #expect(QueryLimits.largestAnswerBytes <= share)
    #expect(QueryLimits.pressesPerPageMax * QueryLimits.pressBytes <= share)
    #expect(QueryLimits.fileBytes <= share)
    #expect(WebLimits.largeAnswerBytesMax < WebLimits.answerBytesMax)
    #expect(WebLimits.waitingPerBearerMax < WebLimits.waitingMax)
  }

  @Test("a touchpoint's year by the hour, its sums and its lines, fits what a file takes of memory")
  func file() {
    let rows = 3 * 366 * 24
    let lineBytes = 200
    #expect(rows * (SeriesAggregates.cellBytes + lineBytes) <= QueryLimits.fileBytes)
  }

  @Test("all that clients can make the service hold is less than a gibibyte")
  func memory() {
    let connectionBytes = 65_536
    let held =
      WebLimits.answerBytesMax + WebLimits.publicBytesMax + IngestLimits.submissionBytesMax
      + WebLimits.connectionsMax * connectionBytes
    #expect(held < 1 << 30, "\(held >> 20) MiB")
    // Without the bytes' own bound it would be half a gibibyte more.
    #expect(
      IngestLimits.submissionBytesMax
        < IngestLimits.submissionsWaitingMax * IngestLimits.payloadBytesMax)
  }

  @Test("a page of presses ends before its client is given up, and results are read meanwhile")
  func time() {
    #expect(QueryLimits.pressReadSeconds < QueryLimits.pressReadSecondsMax)
    #expect(QueryLimits.pressReadSecondsMax < Int(WebLimits.nextHeadSeconds))
    #expect(WebLimits.heavyReadsMax + 1 < 4, "a connection that reads is free for small reads")
  }
}
