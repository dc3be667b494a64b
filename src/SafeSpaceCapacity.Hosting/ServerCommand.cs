using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using SafeSpaceCapacity.Service;

namespace SafeSpaceCapacity.Hosting;

/// <summary>The command line of a server.</summary>
public static class ServerCommand
{
    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "Folder that holds the log; made if it is not there.",
        DefaultValueFactory = _ => new DirectoryInfo("demo-data"),
    };

    private static readonly Option<int> GrpcPort = new("--grpc-port")
    {
        Description = "Port for crews, staff and the command line (gRPC).",
        DefaultValueFactory = _ => 5080,
    };

    private static readonly Option<int> HttpPort = new("--http-port") { Description = "Port for pages, and for probes: GET /healthz.", DefaultValueFactory = _ => 5081 };

    private static readonly Option<bool> Empty = new("--empty") { Description = "Without the fictional spaces of the demo region." };

    private static readonly Option<Uri?> Router = new("--router")
    {
        Description = "Address of an OSRM-compatible road router, such as http://127.0.0.1:5000/.",
        CustomParser = Url,
    };

    private static readonly Option<IPAddress> Listen = new("--listen")
    {
        Description = "Address to listen on; 0.0.0.0 or :: for every address of this machine.",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = Address,
    };

    private static readonly Option<FileInfo?> Certificate = new("--certificate")
    {
        Description = "TLS certificate, then those of who issued it (PEM). Read again when it changes.",
    };

    private static readonly Option<FileInfo?> CertificateKey = new("--certificate-key") { Description = "Its private key (PEM), in a file of mode 600." };

    private static readonly Option<Uri?> Authority = new("--authority")
    {
        Description = "OpenID Connect provider that says who a caller is, such as https://login.example/.",
        CustomParser = Url,
    };

    private static readonly Option<string?> Audience = new("--audience") { Description = "The name of this service in the tokens of that provider." };

    private static readonly Option<string?> ClientId = new("--client-id") { Description = "What that provider calls this service, for people who sign in to the pages." };

    private static readonly Option<FileInfo?> ClientSecret = new("--client-secret-file") { Description = "File of mode 600 with the secret that goes with it." };

    private static readonly Option<int> CallsPerSecond = new("--calls-per-second")
    {
        Description = "What one account may ask lastingly, five times as much at once; a control room's program ten times as much.",
        DefaultValueFactory = _ => ServiceChoices.CallsPerSecondDefault,
    };

    private static readonly Option<int> AuditDays = new("--audit-days")
    {
        Description = "How long the audit trail is kept.",
        DefaultValueFactory = _ => ServiceChoices.AuditDaysDefault,
    };

    private static readonly Option<int> HistoryDays = new("--history-days")
    {
        Description = $"How long planners' hourly totals of areas are kept; those of single spaces always {ServiceChoices.SpaceHistoryDays} days.",
        DefaultValueFactory = _ => ServiceChoices.HistoryDaysDefault,
    };

    private static readonly Option<FileInfo?> Postgres = new("--postgres")
    {
        Description = $"File of mode 600 with the connection string of a PostgreSQL database that holds the log, for several nodes; or the environment variable {ServerHost.PostgresVariable}.",
    };

    private static readonly Option<DateTimeOffset?> SimulatedFrom = new("--simulated-from")
    {
        Description = "A demo without spaces of its own in simulated time, which begins then, such as 2026-01-01, and stands still until safespace simulate moves it on.",
        CustomParser = Moment,
    };

    /// <summary>Runs a server until it is told to stop.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="kind">The kind of host.</param>
    /// <returns>Exit code: 0 stopped when asked; 1 could not start, and said why.</returns>
    public static Task<int> RunAsync(string[] args, ServerKind kind)
    {
        var root = new RootCommand(kind.Description)
        {
            Data, GrpcPort, HttpPort, Empty, Router, Listen, Certificate, CertificateKey, Authority, Audience, ClientId, ClientSecret, CallsPerSecond, AuditDays,
            HistoryDays, Postgres, SimulatedFrom,
        };
        foreach (var own in kind.Options)
            root.Add(own);
        root.SetAction((given, _) => ServerHost.RunAsync(OptionsOf(given), kind, postgres => kind.Engines(given, postgres)));

        // The host itself listens to signals, and has its own limit to how long it takes to stop: this library's would cut that short.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static ServerOptions OptionsOf(ParseResult given) => new(
        given.GetRequiredValue(Data).FullName,
        given.GetValue(GrpcPort),
        given.GetValue(HttpPort),
        given.GetValue(Empty),
        given.GetValue(Router),
        given.GetRequiredValue(Listen),
        given.GetValue(Certificate)?.FullName,
        given.GetValue(CertificateKey)?.FullName,
        given.GetValue(Authority),
        given.GetValue(Audience),
        given.GetValue(ClientId),
        given.GetValue(ClientSecret)?.FullName,
        given.GetValue(CallsPerSecond),
        given.GetValue(AuditDays),
        given.GetValue(HistoryDays),
        given.GetValue(Postgres)?.FullName,
        given.GetValue(SimulatedFrom));

    private static Uri? Url(ArgumentResult given)
    {
        if (Uri.TryCreate(given.Tokens.Single().Value, UriKind.Absolute, out var url) && url.Host.Length > 0)
            return url;
        given.AddError($"'{given.Tokens.Single().Value}' is not a URL such as https://name.example/.");
        return null;
    }

    private static DateTimeOffset? Moment(ArgumentResult given)
    {
        var text = given.Tokens.Single().Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && moment.Year is >= 1970 and <= 2200)
            return moment;
        given.AddError($"'{text}' is not a date or a moment of the years 1970 to 2200, such as 2026-01-01 or 2026-01-01T18:00:00Z.");
        return null;
    }

    private static IPAddress Address(ArgumentResult given)
    {
        if (IPAddress.TryParse(given.Tokens.Single().Value, out var address))
            return address;
        given.AddError($"'{given.Tokens.Single().Value}' is not an IP address such as 127.0.0.1.");
        return IPAddress.None;
    }
}
