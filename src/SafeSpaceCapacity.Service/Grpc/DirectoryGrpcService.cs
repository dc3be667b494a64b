using System.IO.Pipelines;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Demand;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using DirectoryFormat = SafeSpaceCapacity.Contract.V1.DirectoryFormat;
using Format = SafeSpaceCapacity.Domain.Imports.DirectoryFormat;
using GazetteerKind = SafeSpaceCapacity.Contract.V1.GazetteerKind;
using Kind = SafeSpaceCapacity.Domain.Imports.GazetteerKind;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>How directories and gazetteers come in, and the directory goes out. See <c>directory_service.proto</c>.</summary>
internal sealed partial class DirectoryGrpcService(
    CommandRunner runner,
    DetailsCheck details,
    DirectoryImport directory,
    GazetteerImport gazetteers,
    ImportedGazetteers imported,
    DemandImport imports,
    DemandSources sources,
    SpaceReadModel readModel,
    RegionData region,
    TimeProvider time) : DirectoryService.DirectoryServiceBase
{
    /// <summary>How an import that was refused is recorded.</summary>
    public const string Refused = "IMPORT_REFUSED";

    // A file takes memory and a core for a while: imports and exports wait for each other, so that crews never wait for them.
    private static readonly SemaphoreSlim OneAtATime = new(1);

    private static readonly TimeSpan ReachPatience = TimeSpan.FromSeconds(10);

    private const int RowsMost = GazetteerFile.RowsMost;
    private const int RowsBetweenProgress = 1_000;
    private const int ErrorsTold = 1_000;
    private const int ChangesTold = 300;

    public override async Task ImportDirectory(
        IAsyncStreamReader<ImportDirectoryRequest> requestStream, IServerStreamWriter<ImportDirectoryResponse> responseStream, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var first = await requestStream.MoveNext(context.CancellationToken) ? requestStream.Current : new ImportDirectoryRequest();
        var commandId = check.Uuid(first.CommandId, "command_id");
        var format = (Format)check.Code(first.Format, "format");
        var preview = first.Preview;
        var changeExisting = first.ChangeExisting;
        check.ThrowIfBroken();
        await OneAtATime.WaitAsync(context.CancellationToken);
        try
        {
            var file = await ReceivedFile.ReadAsync(
                first, requestStream, request => request.Content,
                request => request.CommandId.Length > 0 || request.Format != DirectoryFormat.Unspecified || request.Preview || request.ChangeExisting,
                check, time, context.CancellationToken);
            var notes = CallNotes.Of(context);
            var order = new DirectoryOrder(
                commandId, ReceivedFile.Hash(context.Method, $"{format} {changeExisting}", file), Convert.ToHexStringLower(SHA256.HashData(file)), format, changeExisting, notes.Caller);
            if (await directory.KnownAsync(order) is { } known)
            {
                await responseStream.WriteAsync(new ImportDirectoryResponse { Imported = Counts(known.Kept!) }, context.CancellationToken);
                return;
            }

            var faults = new List<ImportFault>();
            var rows = format == Format.Csv ? DirectoryTable.Read(file, faults) : HsdsReader.Read(file, RowsMost, faults);
            if (rows.Count > RowsMost)
                faults = [new ImportFault(0, string.Empty, $"must have at most {RowsMost} rows")];
            else if (rows.Count == 0 && faults.Count == 0)
                faults.Add(new ImportFault(0, string.Empty, "there is no space in it"));
            var good = rows.Count > RowsMost ? [] : await CheckAsync(rows, faults, responseStream, context);
            if (faults.Count > 0)
            {
                await RefuseAsync(faults);
                return;
            }

            var answer = preview ? new DirectoryAnswer(null, 0, await directory.PlanAsync(good, order)) : await directory.RunAsync(good, order);
            if (answer.Plan is { Faults.Count: > 0 } impossible)
            {
                await RefuseAsync(impossible.Faults);
                return;
            }

            notes.Decided(answer.Position, rejection: null);
            await readModel.ReachAsync(answer.Position, ReachPatience);
            foreach (var change in answer.Plan?.Differences.Take(ChangesTold) ?? [])
            {
                await responseStream.WriteAsync(
                    new ImportDirectoryResponse { Changes = new() { SpaceId = change.Id.Value, Columns = { change.Columns } } }, context.CancellationToken);
            }

            await responseStream.WriteAsync(
                preview ? new ImportDirectoryResponse { Previewed = Counts(answer.Plan!.Kept) } : new ImportDirectoryResponse { Imported = Counts(answer.Kept!) },
                context.CancellationToken);
        }
        finally
        {
            OneAtATime.Release();
        }

        async Task RefuseAsync(List<ImportFault> faults)
        {
            CallNotes.Of(context).Rejected(Refused);
            foreach (var fault in InOrder(faults))
                await responseStream.WriteAsync(new ImportDirectoryResponse { Error = Remark(fault) }, context.CancellationToken);
            await responseStream.WriteAsync(new ImportDirectoryResponse { Refused = new() { Errors = faults.Count } }, context.CancellationToken);
        }
    }

    public override async Task ExportDirectory(ExportDirectoryRequest request, IServerStreamWriter<ExportDirectoryResponse> responseStream, ServerCallContext context)
    {
        var check = runner.Check();
        var format = (Format)check.Code(request.Format, "format");
        var asked = check.Areas(request.AreaCodes, region);
        check.ThrowIfBroken();
        CallNotes.Of(context).Area = string.Join(' ', request.AreaCodes);
        var areas = region.CouncilAreas.Where(area => asked.Contains(area.Code)).Select(area => area.Name).ToHashSet(StringComparer.Ordinal);
        var root = readModel.Root;
        var now = readModel.Now();
        var records = root.Keys.Select(key => root.Spaces[key]).Where(record => areas.Count == 0 || areas.Contains(record.Details.CouncilArea));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, CallNotes.Of(context).TokenEnded);
        await OneAtATime.WaitAsync(ending.Token);
        try
        {
            // Written as fast as it is taken, and no faster.
            var pipe = new Pipe();
            var writing = Task.Run(
                () => Write(pipe.Writer, to =>
                {
                    if (format == Format.Csv)
                        DirectoryTable.Write(to, records.Select(record => record.Details));
                    else
                        HsdsWriter.Write(to, records.Select(record => (record.Details, record.At(now))));
                }),
                CancellationToken.None);
            try
            {
                await SendAsync(pipe.Reader);
            }
            finally
            {
                // The writer must not wait for a reader that is gone.
                await pipe.Reader.CompleteAsync();
                await writing;
            }
        }
        finally
        {
            OneAtATime.Release();
        }

        async Task SendAsync(PipeReader from)
        {
            while (true)
            {
                var read = await from.ReadAsync(ending.Token);
                foreach (var piece in read.Buffer)
                {
                    for (var rest = piece; rest.Length > 0; rest = rest[Math.Min(ReceivedFile.PieceBytes, rest.Length)..])
                        await responseStream.WriteAsync(new ExportDirectoryResponse { Content = ByteString.CopyFrom(rest.Span[..Math.Min(ReceivedFile.PieceBytes, rest.Length)]) }, ending.Token);
                }

                from.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
    }

    public override async Task ImportGazetteer(
        IAsyncStreamReader<ImportGazetteerRequest> requestStream, IServerStreamWriter<ImportGazetteerResponse> responseStream, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var first = await requestStream.MoveNext(context.CancellationToken) ? requestStream.Current : new ImportGazetteerRequest();
        var commandId = check.Uuid(first.CommandId, "command_id");
        var kind = (Kind)check.Code(first.Kind, "kind");
        var preview = first.Preview;
        check.ThrowIfBroken();
        await OneAtATime.WaitAsync(context.CancellationToken);
        try
        {
            var file = await ReceivedFile.ReadAsync(
                first, requestStream, request => request.Content,
                request => request.CommandId.Length > 0 || request.Kind != GazetteerKind.Unspecified || request.Preview,
                check, time, context.CancellationToken);
            var notes = CallNotes.Of(context);
            var hash = ReceivedFile.Hash(context.Method, kind.ToString(), file);
            var counts = new ImportGazetteerResponse.Types.Counts { Sha256 = Convert.ToHexStringLower(SHA256.HashData(file)) };
            if (await gazetteers.KnownAsync(commandId, hash) is { } known)
            {
                counts.Rows = known;
                await responseStream.WriteAsync(new ImportGazetteerResponse { Imported = counts }, context.CancellationToken);
                return;
            }

            var faults = new List<ImportFault>();
            var odd = new List<ImportFault>();
            var gazetteer = GazetteerFile.Read(kind, file, faults, odd);
            if (gazetteer.Rows > RowsMost)
                faults = [new ImportFault(0, string.Empty, $"must have at most {RowsMost} rows")];
            faults.AddRange(gazetteer.Boundaries.Index()
                .Where(area => area.Item.Code.Length > 0 && region.CouncilAreas.All(known => !string.Equals(known.Code, area.Item.Code, StringComparison.Ordinal)))
                .Select(area => new ImportFault(area.Index + 1, "properties.code", $"{area.Item.Code} is no council area of this region")));
            await responseStream.WriteAsync(
                new ImportGazetteerResponse { Progress = new() { RowsRead = gazetteer.Rows, RowsChecked = gazetteer.Rows, RowsTotal = gazetteer.Rows } }, context.CancellationToken);
            var content = faults.Count > 0 ? [] : GazetteerFile.Compress(file);
            if (content.Length > GazetteerFile.CompressedMost)
                faults.Add(new ImportFault(0, string.Empty, $"must have at most {GazetteerFile.CompressedMost} bytes when compressed; it has {content.Length}"));
            if (faults.Count > 0)
            {
                notes.Rejected(Refused);
                foreach (var fault in InOrder(faults))
                    await responseStream.WriteAsync(new ImportGazetteerResponse { Error = Remark(fault) }, context.CancellationToken);
                await responseStream.WriteAsync(new ImportGazetteerResponse { Refused = new() { Errors = faults.Count } }, context.CancellationToken);
                return;
            }

            counts.Rows = gazetteer.Rows;
            if (!preview)
            {
                var position = await gazetteers.RunAsync(commandId, hash, new GazetteerImported(default, kind, gazetteer.Rows, counts.Sha256, content), notes.Caller);
                notes.Decided(position, rejection: null);
                await readModel.ReachAsync(position, ReachPatience);
            }

            foreach (var note in InOrder(odd))
                await responseStream.WriteAsync(new ImportGazetteerResponse { Note = Remark(note) }, context.CancellationToken);
            await responseStream.WriteAsync(
                preview ? new ImportGazetteerResponse { Previewed = counts } : new ImportGazetteerResponse { Imported = counts }, context.CancellationToken);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    public override Task<ListGazetteersResponse> ListGazetteers(ListGazetteersRequest request, ServerCallContext context) => Task.FromResult(new ListGazetteersResponse
    {
        Gazetteers =
        {
            imported.Entries.Select(entry => new ListGazetteersResponse.Types.Gazetteer
            {
                Kind = (GazetteerKind)entry.Kind, Rows = entry.Rows, Sha256 = entry.Sha256, ImportedAt = ContractMap.Stamp(entry.At), ImportedBy = entry.By,
            }),
        },
    });

    private static void Write(PipeWriter writer, Action<Stream> write)
    {
        Exception? failed = null;
        try
        {
            using var to = writer.AsStream(leaveOpen: true);
            write(to);
        }
#pragma warning disable CA1031 // Whatever it is, who reads the other end is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            failed = failure;
        }

        writer.Complete(failed);
    }

    private async Task<List<CheckedRow>> CheckAsync(
        List<DirectoryRow> rows, List<ImportFault> faults, IServerStreamWriter<ImportDirectoryResponse> responseStream, ServerCallContext context)
    {
        var rules = new DirectoryRules(details, readModel.Now());
        var good = new List<CheckedRow>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            if (i % RowsBetweenProgress == 0)
                await ProgressAsync(i);
            if (rules.Check(rows[i], faults) is { } right)
                good.Add(right);
        }

        await ProgressAsync(rows.Count);
        return good;

        Task ProgressAsync(int done) => responseStream.WriteAsync(
            new ImportDirectoryResponse { Progress = new() { RowsRead = rows.Count, RowsChecked = done, RowsTotal = rows.Count } }, context.CancellationToken);
    }

    private static IEnumerable<ImportFault> InOrder(List<ImportFault> faults) => faults.OrderBy(fault => fault.Row).Take(ErrorsTold);

    private static ImportRemark Remark(ImportFault fault) => new() { Row = fault.Row, Column = fault.Column, Rule = fault.Rule };

    private static ImportDirectoryResponse.Types.Counts Counts(KeptImport kept) => new() { Added = kept.Added, Changed = kept.Changed, Unchanged = kept.Unchanged };
}
