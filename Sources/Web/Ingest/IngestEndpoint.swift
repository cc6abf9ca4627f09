import FirmwareProtocol
import HTTPTypes
import Hummingbird
import Ingest
import NIOCore
import Queries
import Registry

extension Endpoint {
  /// The same frames as over MQTT; the answer is the acknowledgement, sent after the commit.
  static let postPresses = Endpoint(
    "/ingest/v1/{site}/{device}/press", .post, id: "postPresses", tag: .ingest, need: .device,
    summary: "Post presses of a device",
    description: """
      A frame or the JSON form, told apart by the first byte `{` whatever the Content-Type. The \
      answer has the same form and comes after the presses are on disk: what it covers is \
      counted exactly once, so repeat until it comes. What becomes of the presses: 200 free them \
      below `next`; 409 send again from `next`; 400 and 413 will not be accepted so, send fewer \
      at once and set a single refused one aside; 401, 403 and 404 keep them until somebody \
      mends the token or the registry; 408, 429, 5xx and no answer keep them and send the same \
      again, after Retry-After. Needs the device's own token or the administrator's.
      """,
    parameters: [Parameters.site, Parameters.device],
    success: #"""
      {
        "description": "Every press below `next` is on disk: the device may forget them.",
        "content": {
          "application/octet-stream": { "schema": { "$ref": "#/components/schemas/AckFrame" } },
          "application/json": {
            "schema": { "$ref": "#/components/schemas/Ack" },
            "examples": {
              "sequenced": {
                "value": {
                  "epoch": 7, "next": 42, "rewind": false, "server_time": "2026-11-21T10:00:03Z"
                }
              },
              "unsequenced": {
                "value": {
                  "epoch": null, "next": null, "rewind": false,
                  "server_time": "2026-11-21T10:00:03Z"
                }
              }
            }
          }
        }
      }
      """#,
    missing: .other(
      #"""
      {
        "description": "The site is not served here, or the device is not in its registry: the \#
      device keeps its presses and asks again later.",
        "content": {
          "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": {
              "type": "about:blank", "title": "Not Found", "status": 404,
              "detail": "device 'hn-0009' is not in the registry"
            }
          }
        }
      }
      """#),
    responses: [
      (
        "400",
        #"""
        { "$ref": "#/components/responses/Malformed" }
        """#
      ),
      (
        "409",
        #"""
        {
          "description": "Rewind: presses before `first` are missing and the device did not \#
        say that they are gone (`oldest`). Nothing was counted; send again from `next`.",
          "content": {
            "application/octet-stream": {
              "schema": { "$ref": "#/components/schemas/AckFrame" }
            },
            "application/json": {
              "schema": { "$ref": "#/components/schemas/Ack" },
              "example": {
                "epoch": 7, "next": 12, "rewind": true, "server_time": "2026-11-21T10:00:03Z"
              }
            }
          }
        }
        """#
      ),
      (
        "413",
        #"""
        { "$ref": "#/components/responses/TooLarge" }
        """#
      ),
      (
        "429",
        #"""
        { "$ref": "#/components/responses/TooManyRequests" }
        """#
      ),
    ],
    requestBody: #"""
      {
        "required": true, "description": "1 to 131072 bytes.",
        "content": {
          "application/octet-stream": {
            "schema": { "$ref": "#/components/schemas/PressFrame" }
          },
          "application/json": {
            "schema": { "$ref": "#/components/schemas/Presses" },
            "examples": {
              "smallest": {
                "summary": "One press, now, without a sequence",
                "value": { "presses": [{ "button": 3 }] }
              },
              "sequenced": {
                "summary": "Counted exactly once",
                "value": {
                  "epoch": 7, "first": 41, "oldest": false, "sent_at": "2026-11-21T10:00:02Z",
                  "presses": [{ "at": "2026-11-21T10:00:00.250Z", "button": 3, "slot": 0 }]
                }
              }
            }
          }
        }
      }
      """#
  ) { call in
    try await PressSubmission(call).answer()
  }
}

/// A press message on its way to the ingest thread and back.
private struct PressSubmission {
  let request: Request
  let device: String
  let service: WebService

  /// - Throws: 404 for a site that is not served here.
  init(_ call: Call) throws {
    let name = try call[Parameters.site]
    device = try call[Parameters.device]
    guard try call.site.registry.site == name else {
      throw Problem(.notFound, "site '\(name)' is not served here")
    }
    request = call.request
    service = call.service
  }

  func answer() async throws -> Response {
    switch try await submit() {
    case .answered(let epoch, let next, let isRewind, let isJSON):
      return answer(epoch: epoch, next: next, isRewind: isRewind, isJSON: isJSON)
    case .malformed(let reason, let detail):
      let what = detail.isEmpty ? "" : ": \(detail)"
      throw Problem(.badRequest, "not a press message (\(reason.rawValue))\(what)")
    case .tooLarge:
      throw Self.tooLarge
    case .unknownDevice:
      throw Problem(.notFound, "device '\(device)' is not in the registry")
    case .tooManyRequests:
      var problem = Problem(
        .tooManyRequests,
        "more than \(IngestLimits.submissionsPerDeviceMax) requests of this device are waiting")
      problem.headers[.retryAfter] = "1"
      throw problem
    case .shareSpent(let what):
      var problem = Problem(.tooManyRequests, "\(what); keep the presses and send them again")
      problem.headers[.retryAfter] = "\(Self.shareRetryAfterSeconds)"
      throw problem
    case .unavailable:
      throw Problem.unavailable("nothing can be stored now; keep the presses and try again")
    }
  }

  /// Takes a place first: what is being read counts like what waits.
  private func submit() async throws -> SubmissionOutcome {
    let said = request.headers[.contentLength].flatMap(Int.init) ?? IngestLimits.payloadBytesMax
    guard said <= IngestLimits.payloadBytesMax else { return .tooLarge }
    let (place, refusal) = service.queue.place(bytes: max(0, said), device: device)
    guard let place else { return refusal }
    return await service.queue.submit(try await body(upTo: place.bytes), in: place)
  }

  /// Seconds until a device that has spent its share of epochs has one more.
  private static let shareRetryAfterSeconds =
    (59 + IngestLimits.epochsPerMinuteMax) / IngestLimits.epochsPerMinuteMax

  private static let tooLarge = Problem(
    .contentTooLarge, "a press message has at most \(IngestLimits.payloadBytesMax) bytes")

  private func body(upTo bytesMax: Int) async throws -> [UInt8] {
    do {
      var buffer = try await request.body.collect(upTo: bytesMax)
      return buffer.readBytes(length: buffer.readableBytes) ?? []
    } catch is NIOTooManyBytesError {
      throw Self.tooLarge
    } catch is CancellationError {
      throw Problem.unavailable("the service stops; keep the presses and try again")
    } catch {
      throw Problem(.badRequest, "the body cannot be read: \(error)")
    }
  }

  private func answer(epoch: UInt32?, next: UInt32, isRewind: Bool, isJSON: Bool) -> Response {
    let answer = PendingAcknowledgement(
      device: 0, epoch: epoch, next: next, isRewind: isRewind, isJSON: isJSON)
    let type = isJSON ? "application/json" : "application/octet-stream"
    return Response(
      status: isRewind ? .conflict : .ok, headers: [.contentType: type],
      body: ResponseBody(
        byteBuffer: ByteBuffer(
          bytes: answer.encoded(serverTimeMilliseconds: service.nowMilliseconds()))))
  }
}
