using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Cli.Access;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>What everybody did: asked of the service, or checked in its files without it.</summary>
internal static class AuditCommands
{
    private const int PageSize = 200;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Command Create(CommandLine line)
    {
        var audit = new Command("audit", "The audit trail: who did what");
        foreach (var command in (Command[])[Query(line), Export(line), Check(line), Verify(line)])
            audit.Add(command);
        return audit;
    }

    private static Command Query(CommandLine line)
    {
        var filter = new AuditOptions();
        var limit = new Option<int?>("--limit") { Description = "Most entries to show (all if not given)", HelpName = "N" };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var n) && n < 1)
                result.AddError($"--limit is at least 1, not {n}.");
        });
        return line.Command(
            "query",
            "Show entries of the audit trail, the oldest first (with --json one entry a line)",
            ["safespace audit query --space gla-harbour --kind write --from 18:00", "safespace audit query --outcome PERMISSION_DENIED --json"],
            [.. filter.Options, limit],
            async session =>
            {
                var left = session.Get(limit) ?? int.MaxValue;
                var request = new QueryAuditRequest { Filter = filter.Get(session) };
                do
                {
                    request.PageSize = Math.Min(left, PageSize);
                    var page = await session.AsAuditorAsync((audit, options) => audit.QueryAuditAsync(request, options));
                    AuditTable.Write(session, page.Entries);
                    left -= page.Entries.Count;
                    request.PageToken = page.NextPageToken;
                }
                while (request.PageToken.Length > 0 && left > 0);
                if (!session.IsJson && left == (session.Get(limit) ?? int.MaxValue))
                    session.Terminal.Out.WriteLine("No entry is like that.");
                return ExitCodes.Done;
            });
    }

    private static Command Export(CommandLine line)
    {
        var filter = new AuditOptions();
        var output = new Option<string>("--out") { Description = "The file to write, of mode 600, whole or not at all", HelpName = "FILE", Required = true };
        return line.Command(
            "export",
            "Write entries of the audit trail to a signed file that audit check can check anywhere",
            ["safespace audit export --out november.jsonl --from 2026-11-01T00:00Z --until 2026-12-01T00:00Z"],
            [output, .. filter.Options],
            async session =>
            {
                var file = session.Get(output)!;
                await OwnerFile.WriteAsync(file, output.Name, session.Now.ToDateTimeOffset(), whole => ReceiveAsync(session, filter.Get(session), whole));
                session.Terminal.Out.WriteLine(session.IsJson ? JsonSerializer.Serialize(new { file }) : $"{file} is written. Check it with safespace audit check.");
                return ExitCodes.Done;
            });
    }

    private static async Task ReceiveAsync(Session session, Contract.V1.AuditFilter filter, Stream file)
    {
        // The whole may take long; each piece may not.
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, session.Terminal.Time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(session.Stopped, silence.Token);
        try
        {
            using var call = await session.BeginAsAuditorAsync((audit, options) => audit.ExportAudit(new ExportAuditRequest { Filter = filter }, options), ends.Token);
            silence.CancelAfter(session.Timeout);
            await foreach (var piece in call.ResponseStream.ReadAllAsync(ends.Token))
            {
                silence.CancelAfter(session.Timeout);
                await file.WriteAsync(piece.Content.Memory, session.Stopped);
            }
        }
        catch (RpcException failed) when (!session.Stopped.IsCancellationRequested)
        {
            throw new FailureException(session.Failed(silence.IsCancellationRequested
                ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The service sent nothing for so long."))
                : failed));
        }
    }

    private static Command Check(CommandLine line)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The file that audit export wrote" };
        file.AcceptExistingOnly();
        var data = ServiceKeys.Data(required: false);
        var keys = Keys();
        var command = line.Command(
            "check",
            "Check an exported file to the last byte, without the service",
            ["safespace audit check november.jsonl --keys jwks.json", "safespace audit check november.jsonl --data demo-data"],
            [file, keys, data],
            session =>
            {
                var path = session.Get(file).FullName;
                var report = With(session, keys, data, use => AuditExport.Verify(OpenRead(path), use));
                session.Terminal.Out.WriteLine(session.IsJson ? JsonSerializer.Serialize(new { file = path, report.IsGenuine, report.Count, report.At, report.Filter, report.Problem }, Json)
                    : report.Problem is { } problem ? $"NOT GENUINE: {Words.Clean(problem)}."
                    : string.Create(CultureInfo.InvariantCulture, $"Genuine: {report.Count} entries as they were exported {report.At:yyyy-MM-dd HH:mm:ss}Z. Asked for: {Words.Clean(Asked(report.Filter!))}."));
                return Task.FromResult(report.IsGenuine ? ExitCodes.Done : ExitCodes.Damaged);
            });
        CommandLine.ExactlyOne(command, keys, data);
        return command;
    }

    private static Command Verify(CommandLine line)
    {
        var data = ServiceKeys.Data(required: true);
        var keys = Keys();
        return line.Command(
            "verify",
            "Read the whole audit trail of a service and say whether it is what was written; changes nothing and does not ask the service",
            ["safespace audit verify --data demo-data", "safespace audit verify --data demo-data --keys jwks.json"],
            [data, keys],
            session =>
            {
                var folder = Path.Combine(session.Get(data)!.FullName, "audit");
                var report = With(session, keys, data, use => Directory.Exists(folder) ? AuditVerifier.Verify(folder, use) : null);
                if (report is null or { Nodes: 0 })
                    throw new FailureException(new Failure(ExitCodes.Damaged, "DATA_LOSS", $"There is no audit trail in {folder}."));
                session.Terminal.Out.WriteLine(session.IsJson ? JsonSerializer.Serialize(report, Json) : string.Join('\n', report.ToString().Split('\n').Select(Words.Clean)));
                return Task.FromResult(report.IsSound ? ExitCodes.Done : ExitCodes.Damaged);
            });
    }

    private static Option<string?> Keys() =>
        new("--keys") { Description = "The service's public keys (JWKS), as it publishes them under /.well-known/jwks.json", HelpName = "FILE" };

    private static T With<T>(Session session, Option<string?> keys, Option<DirectoryInfo> data, Func<AuditKeys, T> use)
    {
        if (session.Get(keys) is not { } file)
        {
            using var own = ServiceKeys.Open(session.Get(data)!, session.Terminal.Time);
            return use(AuditKeys.Of(own));
        }

        AuditKeys given;
        try
        {
            given = AuditKeys.FromJwks(File.ReadAllText(file));
        }
        catch (Exception unusable) when (unusable is JsonException or FormatException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw OwnerFile.Unusable(file, keys.Name, unusable);
        }

        return use(given);
    }

    private static FileStream OpenRead(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw OwnerFile.Unusable(path, "FILE", unusable);
        }
    }

    private static string Asked(Audit.AuditFilter filter)
    {
        string[] parts =
        [
            .. One("from", filter.From?.ToString("O", CultureInfo.InvariantCulture)), .. One("until", filter.Until?.ToString("O", CultureInfo.InvariantCulture)),
            .. One("actor", filter.Actor), .. One("space", filter.Space), .. One("method", filter.Method), .. One("kind", filter.Kind?.ToString()), .. One("outcome", filter.Outcome),
        ];
        return parts.Length == 0 ? "everything" : string.Join(", ", parts);

        static IEnumerable<string> One(string name, string? value) => value is null ? [] : [$"{name} {value}"];
    }
}
