import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// A connection of HTTP within TLS.
///
/// `ConnectionWatch` is told of the connection before the handshake, so that its places, and the
/// seconds until the first head, count from the first packet.
struct TLSChannel<Base: ServerChildChannel>: ServerChildChannel {
  let certificate: ServedCertificate
  let base: Base

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(certificate.handler())
    }.flatMap { base.setup(channel: channel, logger: logger) }
  }

  func handle(value: Base.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}

extension HTTPServerBuilder {
  /// HTTP/1.1, within TLS where there is a certificate.
  static func http1(
    configuration: HTTP1Channel.Configuration, certificate: ServedCertificate?
  ) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      let channel = HTTP1Channel(responder: responder, configuration: configuration)
      guard let certificate else { return channel }
      return TLSChannel(certificate: certificate, base: channel)
    }
  }
}

extension Channel {
  /// Closes at once. TLS would say goodbye first and wait for the answer of who says nothing.
  func cut() {
    guard eventLoop.inEventLoop else { return eventLoop.execute { self.cut() } }
    if let tls = try? pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
      tls.close(promise: nil)
    } else {
      close(promise: nil)
    }
  }
}
