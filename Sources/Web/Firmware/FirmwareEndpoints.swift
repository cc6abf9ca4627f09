import Hummingbird
import Queries
import Store

extension Endpoint {
  /// What devices are offered to run.
  static let firmwareOffers = Endpoint(
    "/api/v1/firmware", id: "getFirmwareOffers", tag: .operation, need: .role(.administrator),
    summary: "Offers of firmware and how far they came",
    description: """
      Offers are made and changed by `pikapalaute firmware`. One that is `rolling` goes on by itself, \
      stage by stage, and is `stopped` by itself when devices that were told fare worse than others. \
      Takes no parameters. Needs the role administrator.
      """,
    parameters: [],
    success: answer(
      "Every offer, the oldest first.", Models.rollouts,
      example: #"""
        {
          "offers": [
            {
              "id": 1, "model": "hn4", "version": "1.5.0",
              "url": "https://files.example/hn4-1.5.0.bin",
              "sha256": "5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f",
              "offered_at": "2026-11-21T10:00:00Z", "offered_by": "user anna", "stages": "5,25,100",
              "stage_hours": 24, "percent": 25, "since": "2026-11-22T10:00:00Z",
              "state": "rolling", "why": "5 of 5 that were told took it", "told": 25, "took": 21
            }
          ]
        }
        """#),
    missing: .noRegistry
  ) { call in
    let site = try call.site
    return .json(Models.rollouts.json(Rollouts(try await call.service.offers.all()), site))
  }
}
