import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Asks the service that runs on this machine, over HTTP, or HTTPS where it shows a certificate.
///
/// Its certificate must be the one in its file, whatever the name in it and whoever vouches for it: nobody
/// else has the key, and the address is a name of this machine, not that of the certificate.
struct ServiceClient {
  /// As the service's settings name it.
  let host: String
  let port: Int
  /// PEM file of the certificate that the service shows; nil = plain HTTP.
  let certificateFile: String?
  let token: String

  func put(
    _ path: String, _ text: String, type: String, ifMatch: String
  ) async throws -> (status: Int, body: Data) {
    try await ask(.PUT, path, text, ["Content-Type": type, "If-Match": ifMatch])
  }

  /// - Returns: the status, and the body whatever it says.
  /// - Throws: `OptionError` when nobody answers there, or somebody else; `SettingError` for a file without
  ///   a certificate.
  func ask(
    _ method: HTTPMethod, _ path: String, _ text: String, _ headers: HTTPHeaders = [:]
  ) async throws -> (status: Int, body: Data) {
    try await ask(method, path, Body(text), headers)
  }

  /// What is sent, a part after another.
  struct Body: Sendable {
    static let none = Body("")

    let byteCount: Int
    /// The bytes that follow; empty at the end.
    let next: @Sendable () throws -> [UInt8]

    init(byteCount: Int, next: @escaping @Sendable () throws -> [UInt8]) {
      self.byteCount = byteCount
      self.next = next
    }

    init(_ text: String) {
      let left = Mutex(Array(text.utf8))
      byteCount = text.utf8.count
      next = {
        left.withLock { left in
          defer { left = [] }
          return left
        }
      }
    }
  }

  /// The same for a body that may be large.
  func ask(
    _ method: HTTPMethod, _ path: String, _ body: Body = .none, _ headers: HTTPHeaders = [:]
  ) async throws -> (status: Int, body: Data) {
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    head.headers.add(contentsOf: [
      "Host": "\(address):\(port)", "Authorization": "Bearer \(token)",
      "Content-Length": "\(body.byteCount)", "Connection": "close",
    ])
    let certificate = try certificateFile.map(certificate)
    do {
      return try await exchange(head, body, certificate)
    } catch let error as NIOSSLError {
      throw OptionError(
        """
        who answers at \(shown) does not show the certificate in \(certificateFile ?? ""), so nothing \
        was sent; the service shows a new one within 10 s (\(error))
        """)
    } catch  where error is IOError || error is NIOConnectionError {
      throw OptionError("the service does not answer at \(shown): \(error)")
    }
  }

  /// Where a service that listens on every address is asked.
  private var address: String {
    switch host {
    case "0.0.0.0", "": "127.0.0.1"
    case "::": "::1"
    default: host
    }
  }

  /// For messages.
  private var shown: String {
    "\(certificateFile == nil ? "http" : "https")://\(address):\(port)"
  }

  private func certificate(in file: String) throws -> NIOSSLCertificate {
    guard let first = try? NIOSSLCertificate.fromPEMFile(file).first else {
      throw SettingError(.httpCertificateFile, file, "a readable PEM file of a certificate")
    }
    return first
  }

  private func exchange(
    _ head: HTTPRequestHead, _ body: Body, _ certificate: NIOSSLCertificate?
  ) async throws -> (status: Int, body: Data) {
    let context = try NIOSSLContext(configuration: .makeClientConfiguration())
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: address, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let certificate {
            let tls = try NIOSSLClientHandler(context: context, serverHostname: nil) {
              chain, promise in
              promise.succeed(chain.first == certificate ? .certificateVerified : .failed)
            }
            try pipeline.addHandler(tls)
          }
          try pipeline.addHTTPClientHandlers()
          return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
            wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { answer, request in
      // Who refuses it may answer before all is sent.
      async let sent: Void = Self.send(head, body, request)
      var status = 0
      var bytes = Data()
      for try await part in answer {
        switch part {
        case .head(let head): status = Int(head.status.code)
        case .body(let buffer): bytes.append(contentsOf: buffer.readableBytesView)
        case .end: return (status, bytes)
        }
      }
      try await sent
      throw OptionError(
        """
        who listens at \(shown) does not answer; where the service speaks HTTPS a command needs \
        \(SettingKey.httpCertificateFile.variable) too
        """)
    }
  }

  private static func send(
    _ head: HTTPRequestHead, _ body: Body,
    _ request: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
  ) async throws {
    try await request.write(.head(head))
    while true {
      let bytes = try body.next()
      if bytes.isEmpty { break }
      try await request.write(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
    }
    try await request.write(.end(nil))
  }
}

extension DatabaseOptions {
  /// The service that has the database.
  ///
  /// - Throws: `OptionError` without the token that it needs.
  func client() throws -> ServiceClient {
    let settings = try Settings(
      arguments: database.map { [.database: $0] } ?? [:], file: config, connecting: false,
      asking: true)
    guard let token = settings.adminToken else {
      throw OptionError(
        "the service runs; to send it there, give PIKAPALAUTE_ADMIN_TOKEN or "
          + "PIKAPALAUTE_ADMIN_TOKEN_FILE, or stop it first")
    }
    return ServiceClient(
      host: settings.host, port: settings.port, certificateFile: settings.certificateFile,
      token: token)
  }
}
