using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Demand;
using SafeSpaceCapacity.Service.Imports;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>How counts of other organisations come in.</summary>
internal sealed partial class DirectoryGrpcService
{
    private const int BesideBytesMost = 4 * 1024 * 1024;

    public override async Task ImportDemand(
        IAsyncStreamReader<ImportDemandRequest> requestStream, IServerStreamWriter<ImportDemandResponse> responseStream, ServerCallContext context)
    {
        var check = runner.Check();
        var first = await requestStream.MoveNext(context.CancellationToken) ? requestStream.Current : new ImportDemandRequest();
        var preview = first.Preview;
        if (!SourceForm().IsMatch(first.Source))
            check.Break("source", "must be 1 to 40 lower-case letters, digits and hyphens, and begin with a letter, such as ambulance");
        check.ThrowIfBroken();
        await OneAtATime.WaitAsync(context.CancellationToken);
        try
        {
            using var hierarchy = new MemoryStream();
            using var calendar = new MemoryStream();
            var counts = await ReceivedFile.ReadAsync(
                first, requestStream,
                request =>
                {
                    Take(hierarchy, request.Hierarchy, "hierarchy");
                    Take(calendar, request.Calendar, "calendar");
                    return request.Content;
                },
                request => request.Source.Length > 0 || request.Preview,
                check, time, context.CancellationToken);
            var notes = CallNotes.Of(context);
            CheckedDemand demand;
            try
            {
                demand = await Task.Run(() => imports.Check(first.Source, counts, hierarchy.ToArray(), calendar.ToArray(), check.Now, notes.Caller.Actor), context.CancellationToken);
            }
            catch (FormatException refused)
            {
                notes.Rejected(Refused);
                await responseStream.WriteAsync(new ImportDemandResponse { Error = Remark(new ImportFault(0, string.Empty, refused.Message)) }, context.CancellationToken);
                await responseStream.WriteAsync(new ImportDemandResponse { Refused = new() { Errors = 1 } }, context.CancellationToken);
                return;
            }

            if (!preview)
                await imports.KeepAsync(demand, context.CancellationToken);
            foreach (var note in demand.Notes)
                await responseStream.WriteAsync(new ImportDemandResponse { Note = Remark(new ImportFault(0, string.Empty, note)) }, context.CancellationToken);
            var sums = new ImportDemandResponse.Types.Counts
            {
                Rows = demand.Source.Rows,
                Areas = demand.Source.Counted.Count(),
                CountedFrom = demand.StartsAt,
                CountedUntil = demand.Until,
                Daily = demand.Source.IsDaily,
                Sha256 = demand.Source.Sha256,
            };
            await responseStream.WriteAsync(preview ? new ImportDemandResponse { Previewed = sums } : new ImportDemandResponse { Imported = sums }, context.CancellationToken);
        }
        finally
        {
            OneAtATime.Release();
        }

        void Take(MemoryStream to, ByteString piece, string field)
        {
            if (piece.Length > ReceivedFile.PieceBytes)
                check.Break(field, $"must have at most {ReceivedFile.PieceBytes} bytes a message; it has {piece.Length}");
            else if (to.Length + piece.Length > BesideBytesMost)
                check.Break(field, $"must have at most {BesideBytesMost} bytes in all");
            else
                to.Write(piece.Span);
            check.ThrowIfBroken();
        }
    }

    public override async Task<ListDemandSourcesResponse> ListDemandSources(ListDemandSourcesRequest request, ServerCallContext context) => new()
    {
        Sources =
        {
            (await sources.ListAsync(context.CancellationToken)).Select(source => new ListDemandSourcesResponse.Types.Source
            {
                Source_ = source.Name,
                Rows = source.Rows,
                Areas = source.Counted.Count(),
                Daily = source.IsDaily,
                Sha256 = source.Sha256,
                ImportedAt = ContractMap.Stamp(source.ImportedAt),
                ImportedBy = source.Actor,
            }),
        },
    };

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SourceForm();
}
