using System.Buffers.Text;
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafeSpaceCapacity.Cli.Access;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Tokens of a service on this machine, signed with its own keys, without asking it.</summary>
internal static class TokenCommand
{
    /// <summary>What the issuer calls its fields, and the options that give them.</summary>
    private static readonly (string Field, string Option)[] Fields =
        [("subject", "--subject"), ("role", "--role"), ("space", "--space"), ("area", "--area"), ("life", "--minutes")];

    public static Command Create(CommandLine line)
    {
        var data = ServiceKeys.Data(required: true);
        var roles = Codes.Many<Role>("--role", "What its holder may do, may be given several times");
        var spaces = Several("--space", "ID", "For staff: a space they work at, may be given several times");
        var areas = Several("--area", "CODE", "For planners: the code of a council area they plan for, may be given several times");
        var subject = new Option<string>("--subject")
        {
            Description = "The account it is for, as the audit trail names it (yours on this machine if not given)",
            HelpName = "NAME",
            DefaultValueFactory = _ => Environment.UserName,
        };
        var minutes = new Option<int>("--minutes")
        {
            Description = $"How long it is good for, at most {TokenIssuer.LifeMax.TotalMinutes}",
            HelpName = "N",
            DefaultValueFactory = _ => (int)TokenIssuer.LifeDefault.TotalMinutes,
        };
        var output = new Option<string?>("--out") { Description = "Write it to this file, of mode 600 (to standard output if not given)", HelpName = "FILE" };
        return line.Command(
            "token",
            "Sign a token for a service on this machine; --certificate binds it to that certificate",
            [
                "safespace token --data demo-data --role crew --out crew.token",
                "safespace token --data demo-data --role staff --space gla-harbour --subject night-desk --minutes 600",
                "safespace token --data demo-data --role machine --subject control-room --certificate control-room.pem",
            ],
            [data, roles, spaces, areas, subject, minutes, output],
            async session =>
            {
                var life = TimeSpan.FromMinutes((long)session.Get(minutes));
                var token = Issue(session, session.Get(data)!, new TokenOrder(
                    session.Get(subject)!, [.. session.AllCodes<Role>(roles)], session.Get(spaces)!, session.Get(areas)!, Thumbprint(session.Certificate), life));
                var ends = session.Now.ToDateTimeOffset() + life;
                if (session.Get(output) is not { } file)
                {
                    session.Terminal.Out.WriteLine(session.IsJson ? JsonSerializer.Serialize(new { token, expiresAt = ends }) : token);
                    return ExitCodes.Done;
                }

                await OwnerFile.WriteAsync(file, output.Name, ends, whole => whole.WriteAsync(Encoding.ASCII.GetBytes(token + "\n"), session.Stopped).AsTask());
                session.Terminal.Out.WriteLine(session.IsJson
                    ? JsonSerializer.Serialize(new { file, expiresAt = ends })
                    : string.Create(CultureInfo.InvariantCulture, $"{file} holds a token for {string.Join(", ", session.Get(roles)!)}, good until {ends:yyyy-MM-dd HH:mm}Z."));
                return ExitCodes.Done;
            });
    }

    private static string Issue(Session session, DirectoryInfo data, TokenOrder order)
    {
        using var keys = ServiceKeys.Open(data, session.Terminal.Time);
        try
        {
            return new TokenIssuer(keys, session.Terminal.Time).Issue(order);
        }
        catch (ArgumentException broken)
        {
            // FIELD: RULE (Parameter 'order')
            var rule = broken.Message.Split(" (Parameter", 2)[0];
            foreach (var (field, option) in Fields)
            {
                if (rule.StartsWith(field + ":", StringComparison.Ordinal))
                    rule = option + rule[field.Length..];
            }

            throw new FailureException(Failure.BadInput(rule, "See: safespace token --help"));
        }
    }

    private static string? Thumbprint(string? certificate)
    {
        if (certificate is null)
            return null;
        using var read = Connection.ReadCertificate(certificate, "--certificate");
        return Base64Url.EncodeToString(SHA256.HashData(read.RawDataMemory.Span));
    }

    private static Option<string[]> Several(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => [] };
}
