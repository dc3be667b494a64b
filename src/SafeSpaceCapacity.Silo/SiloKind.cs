using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using Orleans.Runtime;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Hosting;
using SafeSpaceCapacity.Service.Transport;

namespace SafeSpaceCapacity.Silo;

/// <summary>Nodes that are silos of one cluster over one log in PostgreSQL; or one silo by itself, with its log in a file.</summary>
internal sealed class SiloKind() : ServerKind(HostKind.Silo, "Answers where nearby a person in crisis can go. A silo of a cluster, or one by itself.")
{
    private const int PortDefault = 11111;

    private readonly Option<IPAddress?> _address = new("--silo-address")
    {
        Description = "Address of this machine that the other silos reach; 127.0.0.1 if none is given. One that is not loopback needs the three certificate files below.",
        CustomParser = Address,
    };

    private readonly Option<int?> _port = new("--silo-port") { Description = $"Port for the other silos; {PortDefault} if none is given." };

    private readonly Option<FileInfo?> _certificate = new("--silo-certificate") { Description = "TLS certificate between silos, then those of who issued it (PEM). Read again when it changes." };

    private readonly Option<FileInfo?> _certificateKey = new("--silo-certificate-key") { Description = "Its private key (PEM), in a file of mode 600." };

    private readonly Option<FileInfo?> _authority = new("--silo-authority") { Description = "Certificate of the authority that issues those of the silos, and no others (PEM)." };

    /// <inheritdoc/>
    public override IEnumerable<Option> Options => [_address, _port, _certificate, _certificateKey, _authority];

    /// <inheritdoc/>
    public override Action<IServiceCollection> Engines(ParseResult given, PostgresAddress? postgres)
    {
        if (postgres is null)
        {
            if (Options.FirstOrDefault(option => given.GetResult(option) is not null) is { } needless)
                throw new TransportException($"{needless.Name} is for several silos, which share a log in PostgreSQL: give --postgres, or leave it out.");
            return services => services.AddSilo();
        }

        var endpoint = new IPEndPoint(given.GetValue(_address) ?? IPAddress.Loopback, given.GetValue(_port) ?? PortDefault);
        var tls = (given.GetValue(_certificate)?.FullName, given.GetValue(_certificateKey)?.FullName, given.GetValue(_authority)?.FullName) switch
        {
            (null, null, null) => null,
            ({ } certificate, { } key, { } authority) => new SiloTls(new CertificateFiles(certificate, key, TimeProvider.System), authority),
            _ => throw new TransportException($"{_certificate.Name}, {_certificateKey.Name} and {_authority.Name} go together: give all or none."),
        };
        if (tls is null && !IPAddress.IsLoopback(endpoint.Address))
            throw new TransportException($"{_address.Name} {endpoint.Address} needs TLS between silos: give {_certificate.Name}, {_certificateKey.Name} and {_authority.Name}; without them all silos are on this machine (127.0.0.1 or ::1).");
        RequireFree(endpoint);
        return services => services.AddSilo(postgres, endpoint, tls);
    }

    /// <inheritdoc/>
    public override bool IsRefusal(Exception failure) => failure is OrleansException;

    private void RequireFree(IPEndPoint endpoint)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
        }
        catch (SocketException failure)
        {
            throw new IOException($"Cannot listen on {endpoint} for other silos: {failure.Message}. Stop what listens there, or choose another port with {_port.Name}.", failure);
        }
    }

    private static IPAddress? Address(ArgumentResult given)
    {
        if (IPAddress.TryParse(given.Tokens.Single().Value, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
            return address;
        given.AddError($"'{given.Tokens.Single().Value}' is not one address of this machine, such as 10.0.0.5.");
        return null;
    }
}
