using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Service.Access;
using AuditEntry = SafeSpaceCapacity.Contract.V1.AuditEntry;
using AuditFilter = SafeSpaceCapacity.Contract.V1.AuditFilter;
using AuditKind = SafeSpaceCapacity.Contract.V1.AuditKind;
using AuditNumbers = SafeSpaceCapacity.Contract.V1.AuditNumbers;
using Filter = SafeSpaceCapacity.Audit.AuditFilter;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>What auditors ask. See <c>audit_service.proto</c>.</summary>
internal sealed class AuditGrpcService(ServiceParts parts, CommandRunner runner) : AuditService.AuditServiceBase
{
    // Reading a long trail takes a core for seconds: auditors wait for each other, so that crews never wait for them.
    private static readonly SemaphoreSlim Queries = new(1);
    private static readonly SemaphoreSlim Exports = new(1);

    private const int PageDefault = 50;
    private const int PieceBytes = 32 * 1024;

    public override async Task<QueryAuditResponse> QueryAudit(QueryAuditRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var filter = FilterOf(request.Filter, check);
        var size = check.Number(request.HasPageSize, request.PageSize, "page_size", 1, 200, PageDefault);
        check.ThrowIfBroken();
        await Queries.WaitAsync(context.CancellationToken);
        try
        {
            await parts.Audit.FlushAsync();

            // Reads files, which may take a while.
            var token = request.PageToken.Length == 0 ? null : request.PageToken;
            var page = await Task.Run(() => AuditReader.Query(parts.AuditFolder, filter, token, size));
            return new QueryAuditResponse { Entries = { page.Records.Select(ToContract) }, NextPageToken = page.NextPage ?? string.Empty };
        }
        catch (FormatException)
        {
            check.Break("page_token", "is not one of this service");
            check.ThrowIfBroken();
            throw;
        }
        finally
        {
            Queries.Release();
        }
    }

    public override async Task ExportAudit(ExportAuditRequest request, IServerStreamWriter<ExportAuditResponse> responseStream, ServerCallContext context)
    {
        var check = runner.Check();
        var filter = FilterOf(request.Filter, check);
        check.ThrowIfBroken();
        await Exports.WaitAsync(context.CancellationToken);
        try
        {
            await parts.Audit.FlushAsync();
            await SendAllAsync();
        }
        finally
        {
            Exports.Release();
        }

        // The export is written as fast as it is read, and no faster.
        async Task SendAllAsync()
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, CallNotes.Of(context).TokenEnded);
            var pipe = new Pipe();
            var writing = Task.Run(() => Write(pipe.Writer, filter, ending.Token));
            try
            {
                while (true)
                {
                    var read = await pipe.Reader.ReadAsync(ending.Token);
                    foreach (var piece in read.Buffer)
                        await SendAsync(piece);
                    pipe.Reader.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted)
                        break;
                }
            }
            finally
            {
                await ending.CancelAsync();
                await pipe.Reader.CompleteAsync();
                await writing;
            }
        }

        async Task SendAsync(ReadOnlyMemory<byte> bytes)
        {
            for (var rest = bytes; rest.Length > 0; rest = rest[Math.Min(PieceBytes, rest.Length)..])
            {
                var content = ByteString.CopyFrom(rest.Span[..Math.Min(PieceBytes, rest.Length)]);
                await responseStream.WriteAsync(new ExportAuditResponse { Content = content }, context.CancellationToken);
            }
        }
    }

    private void Write(PipeWriter writer, Filter filter, CancellationToken stopped)
    {
        Exception? failed = null;
        try
        {
            using var output = writer.AsStream(leaveOpen: true);
            AuditExport.Write(output, parts.AuditFolder, filter, parts.Keys, parts.Time, stopped);
        }
#pragma warning disable CA1031 // Whatever it is, who reads the other end is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            failed = failure;
        }

        writer.Complete(failed);
    }

    private static Filter FilterOf(AuditFilter? from, RequestCheck check)
    {
        if (from is null)
            return Filter.Everything;
        return new Filter(
            check.AnyTime(from.From, "filter.from")?.ToDateTimeOffset(),
            check.AnyTime(from.Until, "filter.until")?.ToDateTimeOffset(),
            Text(from.Actor, "filter.actor"),
            Text(from.SpaceId, "filter.space_id"),
            Text(from.Method, "filter.method"),
            from.Kind == AuditKind.Unspecified ? null : (Audit.AuditKind)check.Code(from.Kind, "filter.kind"),
            Text(from.Outcome, "filter.outcome"));

        string? Text(string value, string field) => value.Length == 0 ? null : check.Text(value, field, Audit.AuditEntry.TextMax);
    }

    private static AuditEntry ToContract(AuditRecord record)
    {
        var from = record.Entry;
        var to = new AuditEntry
        {
            Node = record.Node,
            Seq = record.Seq,
            RecordedAt = Timestamp.FromDateTimeOffset(from.At),
            ObservedAt = from.ObservedAt is { } observed ? Timestamp.FromDateTimeOffset(observed) : null,
            Actor = from.Actor,
            Role = from.Role,
            Client = from.Client,
            Certificate = from.Certificate ?? string.Empty,
            Method = from.Method,
            Kind = (AuditKind)from.Kind,
            SpaceId = from.Space ?? string.Empty,
            AreaCode = from.Area ?? string.Empty,
            CommandId = from.CommandId ?? string.Empty,
            Before = ToContract(from.Before),
            After = ToContract(from.After),
            Outcome = from.Outcome,
            Correlation = from.Correlation,
        };
        if (from.LogPosition is { } position)
            to.LogPosition = position;
        return to;
    }

    private static AuditNumbers? ToContract(Audit.AuditNumbers? from) => from is null ? null : new AuditNumbers
    {
        Places = from.Places,
        SafeCapacity = from.SafeCapacity,
        Occupied = from.Occupied,
        Held = from.Held,
        Paused = from.Paused,
        Version = from.Version,
        Freshness = ContractMap.FreshnessOf(from.Freshness),
    };
}
