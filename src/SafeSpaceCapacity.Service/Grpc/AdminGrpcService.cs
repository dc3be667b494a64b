using System.Buffers.Text;
using System.Text;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Imports;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>How administrators keep the directory. See <c>admin_service.proto</c>.</summary>
internal sealed class AdminGrpcService(CommandRunner runner, SpaceReadModel readModel, IEventLog log, DetailsCheck details) : AdminService.AdminServiceBase
{
    private const int PageSizeDefault = 50;

    public override async Task<RegisterSpaceResponse> RegisterSpace(RegisterSpaceRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = details.Read(request, check);
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space.Id, command, new RegisterSpace(default, space));
        var (rejected, numbers) = ContractMap.Read(answer, DetailsCheck.Zone);
        var response = new RegisterSpaceResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Registered = new();
        return response;
    }

    public override Task<ListSpacesResponse> ListSpaces(ListSpacesRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var size = check.Number(request.HasPageSize, request.PageSize, "page_size", 1, 200, PageSizeDefault);
        var after = PageAfter(check.Text(request.PageToken, "page_token", 200), check);
        check.ThrowIfBroken();
        var root = readModel.Root;
        var now = readModel.Now();
        var response = new ListSpacesResponse { ReadModel = ContractMap.ToContract(readModel.LagOf(root)) };
        var at = 0;
        if (after.Length > 0)
        {
            at = root.Keys.IndexOf(after);
            at = at >= 0 ? at + 1 : ~at;
        }

        for (; at < root.Keys.Count && response.Spaces.Count < size; at++)
        {
            var record = root.Spaces[root.Keys[at]];
            response.Spaces.Add(new ListSpacesResponse.Types.Entry
            {
                SpaceId = record.Key,
                Choice = ContractMap.ToContract(record.Details, voluntary: true),
                Availability = ContractMap.ToContract(record.At(now), record.Details.Hours.Zone),
            });
        }

        if (at < root.Keys.Count && response.Spaces.Count > 0)
            response.NextPageToken = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{log.Epoch:N}/{response.Spaces[^1].SpaceId}"));
        return Task.FromResult(response);
    }

    // A token from before a restore names positions that may no longer be: the list starts again.
    private string PageAfter(string token, RequestCheck check)
    {
        if (token.Length == 0)
            return string.Empty;
        if (Base64Url.IsValid(token))
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split('/');
            if (parts.Length == 2 && Guid.TryParseExact(parts[0], "N", out var epoch))
                return epoch == log.Epoch ? parts[1] : string.Empty;
        }

        check.Break("page_token", "is not one that this service gave out");
        return string.Empty;
    }
}
