using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Cli.Access;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;
using Status = Grpc.Core.Status;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>Whole directories and gazetteers, in files.</summary>
internal static class FileCommands
{
    private const int PieceBytes = 32 * 1024;

    // A large file is decided at once, and that takes longer than a call otherwise may.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private static readonly string[] Formats = ["csv", "hsds"];

    public static Command[] Create(CommandLine line)
    {
        var import = new Command("import", "Bring a directory, a gazetteer or counts of demand in, all of it or nothing");
        import.Add(ImportDirectory(line));
        import.Add(ImportGazetteer(line));
        import.Add(ImportDemand(line));
        var export = new Command("export", "Take the directory out");
        export.Add(ExportDirectory(line));
        return [import, export, Gazetteers(line)];
    }

    private static Command ImportDirectory(CommandLine line)
    {
        var file = FileToRead("The file: a table (CSV) or a list of HSDS services (JSON)");
        var format = Format();
        var preview = Preview();
        var change = new Option<bool>("--change-existing") { Description = "Change the spaces that are there with other details; without it each is an error" };
        var command = NeedOptions.CommandId();
        return line.Command(
            "directory",
            "Enter the spaces of a file; every error is told by row and column, and one is enough for nothing to be changed",
            ["safespace import directory spaces.csv --preview", "safespace import directory services.json --format hsds"],
            [file, format, preview, change, command],
            async session =>
            {
                var path = session.Get(file).FullName;
                var first = new ImportDirectoryRequest
                {
                    CommandId = session.CommandId(command), Format = FormatOf(session.Get(format), path), Preview = session.Get(preview), ChangeExisting = session.Get(change),
                };
                var import = new ImportRun<ImportDirectoryRequest, ImportDirectoryResponse>(session, answer => answer.Progress);
                var last = await import.RunAsync(
                    path, first, piece => new ImportDirectoryRequest { Content = piece }, (files, options) => files.ImportDirectory(options), (console, answer) =>
                    {
                        if (answer.Error is { } error)
                            console.WriteLine(Remark(error));
                        else if (answer.Changes is { } changes)
                            console.WriteLine(Words.Clean($"{changes.SpaceId}: {string.Join(", ", changes.Columns)}"));
                        else if (answer.Refused is { } refused)
                            console.WriteLine(Refused(refused));
                        else if ((answer.Previewed ?? answer.Imported) is { } counts)
                            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(answer.Imported is null ? "It would be" : "Done:")} {counts.Added} added, {counts.Changed} changed, {counts.Unchanged} as they were."));
                    });
                return last.Refused is null ? ExitCodes.Done : ExitCodes.Rejected;
            });
    }

    private static Command ImportGazetteer(CommandLine line)
    {
        var names = Codes.Names<GazetteerKind>();
        var kind = new Argument<string>("KIND") { Description = "Which: " + string.Join(", ", names) };
        kind.CompletionSources.Add(names);
        kind.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !names.Contains(token.Value, StringComparer.Ordinal))
                result.AddError($"'{token.Value}' is no gazetteer; these are: {string.Join(", ", names)}.");
        });
        var file = FileToRead("The file: a table (CSV), of boundaries GeoJSON");
        var preview = Preview();
        var command = NeedOptions.CommandId();
        return line.Command(
            "gazetteer",
            "Replace what the service knows of postcodes, zones with their people and deprivation, hospitals, or the boundaries of council areas",
            ["safespace import gazetteer postcode-sectors scotland_postcode_sectors_ogl.csv", "safespace import gazetteer data-zones scotland_dz2011.csv --preview"],
            [kind, file, preview, command],
            async session =>
            {
                var first = new ImportGazetteerRequest { CommandId = session.CommandId(command), Kind = Codes.Parse<GazetteerKind>(session.Get(kind)), Preview = session.Get(preview) };
                var import = new ImportRun<ImportGazetteerRequest, ImportGazetteerResponse>(session, answer => answer.Progress);
                var last = await import.RunAsync(
                    session.Get(file).FullName, first, piece => new ImportGazetteerRequest { Content = piece }, (files, options) => files.ImportGazetteer(options), (console, answer) =>
                    {
                        if (answer.Error is { } error)
                            console.WriteLine(Remark(error));
                        else if (answer.Note is { } note)
                            console.WriteLine("Note: " + Remark(note));
                        else if (answer.Refused is { } refused)
                            console.WriteLine(Refused(refused));
                        else if ((answer.Previewed ?? answer.Imported) is { } counts)
                            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(answer.Imported is null ? "It could be imported" : "Done")}: {counts.Rows} rows, SHA-256 {Words.Clean(counts.Sha256)}."));
                    });
                return last.Refused is null ? ExitCodes.Done : ExitCodes.Rejected;
            });
    }

    private static Command ImportDemand(CommandLine line)
    {
        var file = FileToRead("The counts (CSV): area,timestamp,count by hour or day");
        var source = new Option<string>("--source") { Description = "What they are called, such as ambulance, police or ed: they take the place of what that name had", HelpName = "NAME", Required = true };
        var hierarchy = Beside("--hierarchy", "Which area lies in which (CSV): area,parent, up to council areas");
        var calendar = Beside("--calendar", "Holidays and events (CSV): date");
        var preview = Preview();
        return line.Command(
            "demand",
            "Take in another organisation's counts of people by area and time; they are never added to the needs that the service saw",
            ["safespace import demand ambulance.csv --source ambulance --preview", "safespace import demand police.csv --source police --hierarchy beats.csv --calendar holidays.csv"],
            [file, source, hierarchy, calendar, preview],
            async session =>
            {
                var first = new ImportDemandRequest { Source = session.Get(source), Preview = session.Get(preview) };
                var import = new ImportRun<ImportDemandRequest, ImportDemandResponse>(session, _ => null);
                var last = await import.RunAsync(
                    session.Get(file).FullName, first, piece => new ImportDemandRequest { Content = piece }, (files, options) => files.ImportDemand(options), (console, answer) =>
                    {
                        if (answer.Error is { } error)
                            console.WriteLine(Remark(error));
                        else if (answer.Note is { } note)
                            console.WriteLine("Note: " + Remark(note));
                        else if (answer.Refused is { } refused)
                            console.WriteLine(Refused(refused));
                        else if ((answer.Previewed ?? answer.Imported) is { } counts)
                            console.WriteLine(Words.Clean(string.Create(CultureInfo.InvariantCulture, $"{(answer.Imported is null ? "It could be imported" : "Done")}: {counts.Rows} counts of {counts.Areas} areas by {(counts.Daily ? "day" : "hour")}, {counts.CountedFrom} until {counts.CountedUntil}, SHA-256 {counts.Sha256}.")));
                    },
                    [
                        .. Pieces(session.Get(hierarchy)).Select(piece => new ImportDemandRequest { Hierarchy = piece }),
                        .. Pieces(session.Get(calendar)).Select(piece => new ImportDemandRequest { Calendar = piece }),
                    ]);
                return last.Refused is null ? ExitCodes.Done : ExitCodes.Rejected;
            });
    }

    private static Option<FileInfo> Beside(string name, string description) => new Option<FileInfo>(name) { Description = description, HelpName = "FILE" }.AcceptExistingOnly();

    private static IEnumerable<ByteString> Pieces(FileInfo? file)
    {
        if (file is null)
            return [];
        try
        {
            return [.. File.ReadAllBytes(file.FullName).Chunk(PieceBytes).Select(piece => ByteString.CopyFrom(piece))];
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw OwnerFile.Unusable(file.FullName, "FILE", unusable);
        }
    }

    private static Command ExportDirectory(CommandLine line)
    {
        var output = new Option<string>("--out") { Description = "The file to write, of mode 600, whole or not at all", HelpName = "FILE", Required = true };
        var format = Format();
        var areas = new Option<string[]>("--area") { Description = "The code of a council area, may be given several times (all if not given)", HelpName = "CODE", DefaultValueFactory = _ => [] };
        return line.Command(
            "directory",
            "Write the spaces to a file that import directory takes",
            ["safespace export directory --out spaces.csv", "safespace export directory --format hsds --area S12000049 --out glasgow.json"],
            [output, format, areas],
            async session =>
            {
                var path = session.Get(output)!;
                var request = new ExportDirectoryRequest { Format = FormatOf(session.Get(format), path), AreaCodes = { session.Get(areas)! } };
                await OwnerFile.WriteAsync(path, output.Name, session.Now.ToDateTimeOffset(), file => ReceiveAsync(session, request, file));
                session.Terminal.Out.WriteLine(session.IsJson ? System.Text.Json.JsonSerializer.Serialize(new { file = path }) : $"{path} is written.");
                return ExitCodes.Done;
            });
    }

    private static Command Gazetteers(CommandLine line) => line.Command(
        "gazetteers",
        "Show which gazetteers were imported, when and by whom",
        ["safespace gazetteers"],
        [],
        async session =>
        {
            var list = await session.OfDirectoryAsync((files, options) => files.ListGazetteersAsync(new ListGazetteersRequest(), options));
            session.Answer(list, console =>
            {
                if (list.Gazetteers.Count == 0)
                {
                    console.WriteLine("None was imported yet.");
                    return;
                }

                var table = Reports.Table("Gazetteer", "Rows", "Imported", "By", "SHA-256");
                foreach (var entry in list.Gazetteers)
                {
                    table.AddRow(
                        new Text(Codes.Name(entry.Kind)), new Text(entry.Rows.ToString(CultureInfo.InvariantCulture)), new Text(London.Time(entry.ImportedAt, session.Now)),
                        new Text(Words.Clean(entry.ImportedBy)), new Text(Words.Clean(entry.Sha256.Length > 12 ? entry.Sha256[..12] : entry.Sha256)));
                }

                console.Write(table);
            });
            return ExitCodes.Done;
        });

    private static async Task ReceiveAsync(Session session, ExportDirectoryRequest request, Stream file)
    {
        using var silence = new CancellationTokenSource(LongestSilence, session.Terminal.Time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(session.Stopped, silence.Token);
        try
        {
            using var call = await session.BeginOfDirectoryAsync((files, options) => files.ExportDirectory(request, options), ends.Token);
            await foreach (var piece in call.ResponseStream.ReadAllAsync(ends.Token))
            {
                silence.CancelAfter(LongestSilence);
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

    private static Argument<FileInfo> FileToRead(string description)
    {
        var file = new Argument<FileInfo>("FILE") { Description = description };
        file.AcceptExistingOnly();
        return file;
    }

    private static Option<bool> Preview() => new("--preview") { Description = "Say what would be done, and change nothing" };

    private static Option<string?> Format()
    {
        var format = new Option<string?>("--format") { Description = "csv, or hsds for Open Referral HSDS 3 (hsds if not given for a file that ends in .json, else csv)", HelpName = "FORMAT" };
        format.CompletionSources.Add(Formats);
        format.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Formats.Contains(token.Value, StringComparer.Ordinal))
                result.AddError($"'{token.Value}' is no format; these are: {string.Join(", ", Formats)}.");
        });
        return format;
    }

    private static DirectoryFormat FormatOf(string? given, string path) => given switch
    {
        "hsds" => DirectoryFormat.HsdsJson,
        "csv" => DirectoryFormat.Csv,
        _ => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? DirectoryFormat.HsdsJson : DirectoryFormat.Csv,
    };

    private static string Remark(ImportRemark remark)
    {
        string[] where = [.. remark.Row > 0 ? [string.Create(CultureInfo.InvariantCulture, $"row {remark.Row}")] : Array.Empty<string>(), .. remark.Column.Length > 0 ? [remark.Column] : Array.Empty<string>()];
        return Words.Clean($"{(where.Length == 0 ? "the file" : string.Join(", ", where))}: {remark.Rule}");
    }

    private static string Refused(ImportRefused refused) =>
        string.Create(CultureInfo.InvariantCulture, $"Nothing was changed: {refused.Errors} {(refused.Errors == 1 ? "error" : "errors")}.");

    /// <summary>One import: sends a file in pieces, shows how far the service is, and the answers.</summary>
    private sealed class ImportRun<TRequest, TResponse>(Session session, Func<TResponse, ImportProgress?> progressOf)
        where TRequest : class, IMessage
        where TResponse : class, IMessage
    {
        public async Task<TResponse> RunAsync(
            string path,
            TRequest first,
            Func<ByteString, TRequest> piece,
            Func<DirectoryService.DirectoryServiceClient, CallOptions, AsyncDuplexStreamingCall<TRequest, TResponse>> method,
            Action<IAnsiConsole, TResponse> report,
            IReadOnlyList<TRequest>? beside = null)
        {
            using var silence = new CancellationTokenSource(LongestSilence, session.Terminal.Time);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(session.Stopped, silence.Token);
            try
            {
                await using var file = Open(path);
                using var call = await session.BeginOfDirectoryAsync(method, ends.Token);
                var sending = SendAsync(call.RequestStream, file, [first, .. beside ?? []], piece, () => silence.CancelAfter(LongestSilence));
                TResponse? last = null;
                await ShowAsync(async show =>
                {
                    await foreach (var answer in call.ResponseStream.ReadAllAsync(ends.Token))
                    {
                        silence.CancelAfter(LongestSilence);
                        last = answer;
                        show(answer);
                    }
                });
                await sending;
                return last ?? throw new RpcException(new Status(StatusCode.Internal, "The service gave no answer."));

                async Task ShowAsync(Func<Action<TResponse>, Task> read)
                {
                    var console = session.Terminal.Answers();
                    if (session.IsJson || !session.Terminal.IsInteractive)
                    {
                        await read(answer => Show(console, answer, report));
                        return;
                    }

                    var answers = new List<TResponse>();
                    await session.Terminal.Answers(live: true).Progress().AutoClear(true).StartAsync(async context =>
                    {
                        var bar = context.AddTask("Checking", autoStart: true, maxValue: 1);
                        await read(answer =>
                        {
                            if (progressOf(answer) is { RowsTotal: > 0 } progress)
                                bar.Value((double)progress.RowsChecked / progress.RowsTotal);
                            else
                                answers.Add(answer);
                        });
                    });
                    answers.ForEach(answer => Show(console, answer, report));
                }
            }
            catch (RpcException failed) when (!session.Stopped.IsCancellationRequested)
            {
                throw new FailureException(session.FailedWrite(silence.IsCancellationRequested
                    ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The service sent nothing for so long."))
                    : failed));
            }
        }

        private void Show(IAnsiConsole console, TResponse answer, Action<IAnsiConsole, TResponse> report)
        {
            if (session.IsJson)
                session.Answer(answer, _ => { });
            else if (progressOf(answer) is { } progress)
                session.Terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{progress.RowsChecked} of {progress.RowsTotal} rows checked"));
            else
                report(console, answer);
        }

        private static async Task SendAsync(IClientStreamWriter<TRequest> to, Stream file, IEnumerable<TRequest> before, Func<ByteString, TRequest> piece, Action alive)
        {
            try
            {
                foreach (var message in before)
                    await to.WriteAsync(message);
                var buffer = new byte[PieceBytes];
                int read;
                while ((read = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false)) > 0)
                {
                    alive();
                    await to.WriteAsync(piece(ByteString.CopyFrom(buffer, 0, read)));
                }

                await to.CompleteAsync();
            }
            catch (Exception ended) when (ended is RpcException or InvalidOperationException)
            {
                // The service ended the call before it had the whole file: its answer says why.
            }
        }

        private static FileStream Open(string path)
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
    }
}
