using System.CommandLine;

namespace SafeSpaceCapacity.Cli;

/// <summary>Options of every command.</summary>
internal sealed class GlobalOptions
{
    private const string DefaultServer = "http://127.0.0.1:5080";
    private const double DefaultTimeoutSeconds = 5;
    private const double MaxTimeoutSeconds = 3600;

    public GlobalOptions(Terminal terminal)
    {
        Server = new Option<Uri>("--server")
        {
            Description = "Where the service listens for gRPC (environment: SAFESPACE_SERVER)",
            HelpName = "URL",
            Recursive = true,
            DefaultValueFactory = _ => new Uri(terminal.Variable("SAFESPACE_SERVER") is { Length: > 0 } server ? server : DefaultServer, UriKind.RelativeOrAbsolute),
            CustomParser = result => new Uri(result.Tokens.Single().Value, UriKind.RelativeOrAbsolute),
        };
        Server.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<Uri>() is not { IsAbsoluteUri: true, Scheme: "http" or "https" } given)
                result.AddError($"'{result.GetValueOrDefault<Uri>()}' is not the URL of a service, such as {DefaultServer}.");
        });
        TimeoutSeconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= MaxTimeoutSeconds))
                result.AddError($"--timeout-seconds is more than 0 and at most {MaxTimeoutSeconds}.");
        });
    }

    public Option<Uri> Server { get; }

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write answers as JSON for scripts, one object a line, and failures as one JSON object on standard error",
        Recursive = true,
    };

    public Option<double> TimeoutSeconds { get; } = new("--timeout-seconds")
    {
        Description = "How long one try may take; a try that is not answered is made again twice",
        HelpName = "N",
        Recursive = true,
        DefaultValueFactory = _ => DefaultTimeoutSeconds,
    };

    public IEnumerable<Option> All => [Server, Json, TimeoutSeconds];
}
