using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using SafeSpaceCapacity.Service.Transport;

namespace SafeSpaceCapacity.Silo;

/// <summary>
/// TLS between silos, which both show a certificate of one authority: whoever has none gets no further. Orleans' own package for it is not served by every
/// feed, and it is a wrapper around <see cref="SslStream"/>, as this is.
/// </summary>
internal sealed class SiloTls
{
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(5);
    private readonly CertificateFiles _own;
    private readonly X509ChainPolicy _issuedByOurs;

    /// <summary>Reads the authority.</summary>
    /// <param name="own">What this silo shows.</param>
    /// <param name="authorityFile">PEM: who issues the certificates of silos.</param>
    /// <exception cref="TransportException">It can't be used.</exception>
    public SiloTls(CertificateFiles own, string authorityFile)
    {
        _own = own;
        _issuedByOurs = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            _issuedByOurs.CustomTrustStore.ImportFromPemFile(authorityFile);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new TransportException($"{authorityFile} is not a certificate in PEM: {failure.Message}", failure);
        }

        if (_issuedByOurs.CustomTrustStore.Count == 0)
            throw new TransportException($"{authorityFile} holds no certificate in PEM.");
    }

    /// <summary>Protects every connection between silos.</summary>
    public void Protect(SiloConnectionOptions options)
    {
        options.ConfigureSiloInboundConnection(connection => connection.Use(next => context => RunAsync(context, next, isServer: true)));
        options.ConfigureSiloOutboundConnection(connection => connection.Use(next => context => RunAsync(context, next, isServer: false)));
    }

    private async Task RunAsync(ConnectionContext context, ConnectionDelegate next, bool isServer)
    {
        var plain = context.Transport;
        await using var tls = new SslStream(new TransportStream(plain));
        using (var limit = new CancellationTokenSource(HandshakeTime))
        {
            try
            {
                await (isServer ? AsServerAsync(tls, limit.Token) : AsClientAsync(tls, limit.Token));
            }
            catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException)
            {
                context.Abort(new ConnectionAbortedException($"TLS with another silo failed: {failure.Message}", failure));
                return;
            }
        }

        context.Transport = new Protected(tls);
        try
        {
            await next(context);
        }
        finally
        {
            await context.Transport.Input.CompleteAsync();
            await context.Transport.Output.CompleteAsync();
            context.Transport = plain;
        }
    }

    private Task AsServerAsync(SslStream tls, CancellationToken cancellationToken) => tls.AuthenticateAsServerAsync(
        new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _own.Current(NullLogger.Instance),
            ClientCertificateRequired = true,
            CertificateChainPolicy = _issuedByOurs,
            RemoteCertificateValidationCallback = IsSilo,
        },
        cancellationToken);

    private Task AsClientAsync(SslStream tls, CancellationToken cancellationToken) => tls.AuthenticateAsClientAsync(
        new SslClientAuthenticationOptions
        {
            TargetHost = "silo",
            ClientCertificateContext = _own.Current(NullLogger.Instance),
            CertificateChainPolicy = _issuedByOurs,
            RemoteCertificateValidationCallback = IsSilo,
        },
        cancellationToken);

    // Any silo may be any other: the authority issues certificates to silos only, whatever names are in them.
    private static bool IsSilo(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;

    private sealed class Protected(SslStream tls) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true));
    }

    /// <summary>The two ways of a connection as one stream.</summary>
    private sealed class TransportStream(IDuplexPipe pipe) : Stream
    {
        private readonly Stream _input = pipe.Input.AsStream(leaveOpen: true);
        private readonly Stream _output = pipe.Output.AsStream(leaveOpen: true);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => _input.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => _output.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _output.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => _output.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
