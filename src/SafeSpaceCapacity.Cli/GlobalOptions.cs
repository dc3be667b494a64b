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
        TokenFile = File("--token-file", "Your token, in a file of mode 600 (environment: SAFESPACE_TOKEN_FILE, or the token itself in SAFESPACE_TOKEN); a demo needs none");
        TokenFile.DefaultValueFactory = _ => terminal.Variable("SAFESPACE_TOKEN_FILE") is { Length: > 0 } file ? file : null;
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

    public Option<string?> TokenFile { get; }

    public Option<string?> Certificate { get; } = File("--certificate", "Your own certificate (PEM), for a service that binds tokens to it");

    public Option<string?> CertificateKey { get; } = File("--certificate-key", "Its private key (PEM), in a file of mode 600");

    public Option<string?> Authority { get; } = File("--ca", "The only authority, or self-signed certificate, to trust (PEM); those of this machine if not given");

    public IEnumerable<Option> All => [Server, Json, TimeoutSeconds, TokenFile, Certificate, CertificateKey, Authority];

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE", Recursive = true };
}
