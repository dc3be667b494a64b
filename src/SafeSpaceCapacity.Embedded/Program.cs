using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using SafeSpaceCapacity.Embedded;
using SafeSpaceCapacity.Service;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Folder that holds the log; made if it is not there.",
    DefaultValueFactory = _ => new DirectoryInfo("demo-data"),
};
var grpcPort = new Option<int>("--grpc-port") { Description = "Port for crews, staff and the command line (gRPC).", DefaultValueFactory = _ => 5080 };
var httpPort = new Option<int>("--http-port") { Description = "Port for probes: GET /healthz.", DefaultValueFactory = _ => 5081 };
var empty = new Option<bool>("--empty") { Description = "Without the fictional spaces of the demo region." };
var router = new Option<Uri?>("--router") { Description = "Address of an OSRM-compatible road router, such as http://127.0.0.1:5000/.", CustomParser = Url };
var listen = new Option<IPAddress>("--listen")
{
    Description = "Address to listen on; 0.0.0.0 or :: for every address of this machine.",
    DefaultValueFactory = _ => IPAddress.Loopback,
    CustomParser = Address,
};
var certificate = new Option<FileInfo?>("--certificate") { Description = "TLS certificate, then those of who issued it (PEM). Read again when it changes." };
var certificateKey = new Option<FileInfo?>("--certificate-key") { Description = "Its private key (PEM), in a file of mode 600." };
var authority = new Option<Uri?>("--authority") { Description = "OpenID Connect provider that says who a caller is, such as https://login.example/.", CustomParser = Url };
var audience = new Option<string?>("--audience") { Description = "The name of this service in the tokens of that provider." };
var clientId = new Option<string?>("--client-id") { Description = "What that provider calls this service, for people who sign in to the pages." };
var clientSecret = new Option<FileInfo?>("--client-secret-file") { Description = "File of mode 600 with the secret that goes with it." };
var callsPerSecond = new Option<int>("--calls-per-second")
{
    Description = "What one account may ask lastingly, five times as much at once; a control room's program ten times as much.",
    DefaultValueFactory = _ => ServiceChoices.CallsPerSecondDefault,
};
var auditDays = new Option<int>("--audit-days") { Description = "How long the audit trail is kept.", DefaultValueFactory = _ => ServiceChoices.AuditDaysDefault };
var historyDays = new Option<int>("--history-days")
{
    Description = $"How long planners' hourly totals of areas are kept; those of single spaces always {ServiceChoices.SpaceHistoryDays} days.",
    DefaultValueFactory = _ => ServiceChoices.HistoryDaysDefault,
};
var postgres = new Option<FileInfo?>("--postgres")
{
    Description = $"File of mode 600 with the connection string of a PostgreSQL database that holds the log, for several nodes; or the environment variable {EmbeddedHost.PostgresVariable}.",
};
var simulatedFrom = new Option<DateTimeOffset?>("--simulated-from")
{
    Description = "A demo without spaces of its own in simulated time, which begins then, such as 2026-01-01, and stands still until safespace simulate moves it on.",
    CustomParser = Moment,
};

var root = new RootCommand("Answers where nearby a person in crisis can go. Everything on one machine.")
{
    data, grpcPort, httpPort, empty, router, listen, certificate, certificateKey, authority, audience, clientId, clientSecret, callsPerSecond, auditDays, historyDays,
    postgres, simulatedFrom,
};
root.SetAction((parsed, _) => EmbeddedHost.RunAsync(new EmbeddedOptions(
    parsed.GetRequiredValue(data).FullName,
    parsed.GetValue(grpcPort),
    parsed.GetValue(httpPort),
    parsed.GetValue(empty),
    parsed.GetValue(router),
    parsed.GetRequiredValue(listen),
    parsed.GetValue(certificate)?.FullName,
    parsed.GetValue(certificateKey)?.FullName,
    parsed.GetValue(authority),
    parsed.GetValue(audience),
    parsed.GetValue(clientId),
    parsed.GetValue(clientSecret)?.FullName,
    parsed.GetValue(callsPerSecond),
    parsed.GetValue(auditDays),
    parsed.GetValue(historyDays),
    parsed.GetValue(postgres)?.FullName,
    parsed.GetValue(simulatedFrom))));
return await root.Parse(args).InvokeAsync();

static Uri? Url(ArgumentResult given)
{
    if (Uri.TryCreate(given.Tokens.Single().Value, UriKind.Absolute, out var url) && url.Host.Length > 0)
        return url;
    given.AddError($"'{given.Tokens.Single().Value}' is not a URL such as https://name.example/.");
    return null;
}

static DateTimeOffset? Moment(ArgumentResult given)
{
    var text = given.Tokens.Single().Value;
    if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && moment.Year is >= 1970 and <= 2200)
        return moment;
    given.AddError($"'{text}' is not a date or a moment of the years 1970 to 2200, such as 2026-01-01 or 2026-01-01T18:00:00Z.");
    return null;
}

static IPAddress Address(ArgumentResult given)
{
    if (IPAddress.TryParse(given.Tokens.Single().Value, out var address))
        return address;
    given.AddError($"'{given.Tokens.Single().Value}' is not an IP address such as 127.0.0.1.");
    return IPAddress.None;
}
