using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace SafeSpaceCapacity.Service.Transport;

/// <summary>The service's TLS certificate, from files. They are read again while it runs, and what they hold then is used from then on.</summary>
public sealed class CertificateFiles
{
    /// <summary>For how long a change may go unseen.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly string _chainFile;
    private readonly string _keyFile;
    private readonly TimeProvider _time;
    private Contents _contents;
    private SslStreamCertificateContext _inUse;
    private long _lookedAt;
    private string? _fault;

    /// <summary>Reads them.</summary>
    /// <param name="chainFile">PEM: the certificate, then those of who issued it, without the root.</param>
    /// <param name="keyFile">PEM: its private key, not encrypted, in a file that only its owner can use.</param>
    /// <param name="time">Says whether the certificate is valid, and when to look again.</param>
    /// <exception cref="TransportException">They can't be used.</exception>
    public CertificateFiles(string chainFile, string keyFile, TimeProvider time)
    {
        (_chainFile, _keyFile, _time) = (chainFile, keyFile, time);
        _contents = Read();
        _inUse = Load(_contents);
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>The certificate for a connection that is being made. Files that can't be used are logged, and leave the one before in use.</summary>
    /// <param name="logger">Where to.</param>
    public SslStreamCertificateContext Current(ILogger logger)
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_lookedAt) >= LookEvery)
            {
                Look(logger);
                _lookedAt = _time.GetTimestamp();
            }

            return _inUse;
        }
    }

    // What the files hold is compared, not when they were written: that is right too when a link is turned to others, older ones perhaps.
    // The certificate before is not disposed of: connections that are being made may still use it.
    private void Look(ILogger logger)
    {
        try
        {
            var contents = Read();
            if (contents != _contents)
                (_inUse, _contents) = (Load(contents), contents);
            _fault = null;
        }
        catch (TransportException failure)
        {
            if (!string.Equals(failure.Message, _fault, StringComparison.Ordinal))
                logger.LogWarning("The TLS certificate stays the one before, since the files can't be used: {Reason}", failure.Message);
            _fault = failure.Message;
        }
    }

    private Contents Read() => new(PrivateFile.Read(_chainFile, isSecret: false), PrivateFile.Read(_keyFile));

    private SslStreamCertificateContext Load(Contents contents)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(contents.Chain);
        }
        catch (CryptographicException failure)
        {
            throw new TransportException($"{_chainFile} is not a certificate in PEM: {failure.Message}", failure);
        }

        if (chain.Count == 0)
            throw new TransportException($"{_chainFile} holds no certificate in PEM.");
        RequireValidNow(chain[0]);
        try
        {
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(contents.Chain, contents.Key), chain, offline: true);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new TransportException($"{_keyFile} is not the key, in PEM and not encrypted, of the certificate in {_chainFile}.", failure);
        }
    }

    private void RequireValidNow(X509Certificate2 certificate)
    {
        var now = _time.GetUtcNow();
        var (from, until) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        if (now > until)
            throw new TransportException(string.Create(CultureInfo.InvariantCulture, $"The certificate in {_chainFile} expired at {until:u}."));
        if (now < from)
            throw new TransportException(string.Create(CultureInfo.InvariantCulture, $"The certificate in {_chainFile} is not valid before {from:u}."));
    }

    private sealed record Contents(string Chain, string Key);
}
