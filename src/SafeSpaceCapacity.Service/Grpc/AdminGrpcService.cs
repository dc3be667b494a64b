using System.Buffers.Text;
using System.Text;
using Grpc.Core;
using NodaTime;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.Access;
using SafeSpaceCapacity.Service.Policies;
using SafeSpaceCapacity.Service.ReadModel;
using SafeSpaceCapacity.Service.Region;
using DomainTier = SafeSpaceCapacity.Domain.Spaces.Tier;

namespace SafeSpaceCapacity.Service.Grpc;

/// <summary>How administrators keep the directory. See <c>admin_service.proto</c>.</summary>
internal sealed class AdminGrpcService(
    CommandRunner runner, SpaceReadModel readModel, IEventLog log, DetailsCheck details, PolicyDesk desk, TierPolicies policies, RegionData region)
    : AdminService.AdminServiceBase
{
    private const int ChangesMost = 200;
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
                OpeningHours = { HoursWording.Lines(record.Details.Hours, now.InZone(DateTimeZoneProviders.Tzdb[record.Details.Hours.Zone]).Date) },
            });
        }

        if (at < root.Keys.Count && response.Spaces.Count > 0)
            response.NextPageToken = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{log.Epoch:N}/{response.Spaces[^1].SpaceId}"));
        return Task.FromResult(response);
    }

    public override Task<GetSpaceResponse> GetSpace(GetSpaceRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var space = check.Space(request.SpaceId);
        check.ThrowIfBroken();
        var root = readModel.Root;
        if (root.Find(space) is not { } record)
            throw CommandRunner.NotFound(space);
        var state = record.State;
        return Task.FromResult(new GetSpaceResponse
        {
            Entry = EntryMap.ToContract(state.Details!),
            Changes = state.DirectoryChanges.Length,
            Rules = PolicyMap.ToContract(PolicyMap.ValuesOf(state.Details!)),
            PolicyVersion = state.Policy is { } policy && policy.Tier == state.Details!.Tier ? policy.Version : 0,
            Availability = ContractMap.ToContract(record.At(readModel.Now()), record.Details.Hours.Zone),
            ReadModel = ContractMap.ToContract(readModel.LagOf(root)),
        });
    }

    public override async Task<ChangeSpaceResponse> ChangeSpace(ChangeSpaceRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        int? expected = request.HasExpectedChanges ? check.Number(given: true, request.ExpectedChanges, "expected_changes", 1, int.MaxValue, otherwise: null) : null;
        if (request.Entry is null)
            check.Break("entry", "is required: the whole entry as it shall be");
        else if (request.Entry.CommandId.Length > 0)
            check.Break("entry.command_id", "must be empty: command_id says it");
        else if (request.Entry.SpaceId.Length > 0 && !string.Equals(request.Entry.SpaceId, request.SpaceId, StringComparison.Ordinal))
            check.Break("entry.space_id", "must be empty or the same as space_id: a space keeps its id for ever");
        var entry = request.Entry?.Clone() ?? new RegisterSpaceRequest();
        entry.SpaceId = request.SpaceId;
        var changed = details.Read(entry, check.Within("entry"));
        check.ThrowIfBroken();
        var demo = (await readModel.KnownAsync(space))?.Details.Demo ?? false;
        var answer = await runner.RunAsync(request, context, space, command, new ChangeSpace(default, changed with { Demo = demo }, expected));
        var (rejected, numbers) = ContractMap.Read(answer, DetailsCheck.Zone);
        var response = new ChangeSpaceResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Changed = new();
        return response;
    }

    public override async Task<RetireSpaceResponse> RetireSpace(RetireSpaceRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var space = check.Space(request.SpaceId);
        var reason = check.Code(request.Reason, "reason");
        check.ThrowIfBroken();
        var answer = await runner.RunAsync(request, context, space, command, new RetireSpace(default, (Domain.Spaces.RetireReason)reason));
        var (rejected, numbers) = ContractMap.Read(answer, DetailsCheck.Zone);
        var response = new RetireSpaceResponse { Availability = numbers };
        if (rejected is not null)
            response.Rejected = rejected;
        else
            response.Retired = new();
        return response;
    }

    public override async Task<GetSpaceChangesResponse> GetSpaceChanges(GetSpaceChangesRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var space = check.Space(request.SpaceId);
        check.ThrowIfBroken();
        var root = readModel.Root;
        var state = readModel.StateOf(space);
        if (state.Details is null)
            throw CommandRunner.NotFound(space);
        var response = new GetSpaceChangesResponse { ReadModel = ContractMap.ToContract(readModel.LagOf(root)) };
        var before = SpaceState.None;
        foreach (var version in state.DirectoryChanges)
        {
            // Only these events are read, however many others the space has. What lies between them does not touch the entry.
            var recorded = (await log.ReadStreamAsync(space.Stream, version - 1, 1, context.CancellationToken))[0];
            var after = Space.Evolve(before, SpaceCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span), Guid.Empty);
            var change = new DirectoryChange { At = ContractMap.Stamp(recorded.DecidedAt), Actor = recorded.Actor, Role = recorded.Role, What = recorded.Type };
            change.Differences.AddRange(Differences.Between(Told(before), Told(after)));
            response.Changes.Insert(0, change);
            if (response.Changes.Count > ChangesMost)
                response.Changes.RemoveAt(ChangesMost);
            before = after;
        }

        return response;

        // The entry, with all rules that the space works by.
        static RegisterSpaceRequest? Told(SpaceState state) =>
            state.Details is { } known ? EntryMap.ToContract(known with { Stated = null }) : null;
    }

    public override async Task<SetTierPolicyResponse> SetTierPolicy(SetTierPolicyRequest request, ServerCallContext context)
    {
        var check = runner.CheckCommand();
        var command = check.Uuid(request.CommandId, "command_id");
        var tier = (DomainTier)check.Code(request.Tier, "tier");
        if (request.Policy is null)
            check.Break("policy", "is required: all that the tier states");
        var values = check.Policy(request.Policy ?? new Policy(), "policy.");
        var from = check.Time(
            request.EffectiveFrom, "effective_from", Duration.FromMinutes(2), Duration.FromDays(366), "must not be in the past and at most 366 days ahead");
        long? expected = request.HasExpectedVersion ? check.Number(given: true, request.ExpectedVersion, "expected_version", 0, long.MaxValue, otherwise: null) : null;
        check.ThrowIfBroken();
        var notes = CallNotes.Of(context);
        var (version, position) = await desk.SetAsync(new PolicyRequest(command, CommandRunner.Hash(context.Method, request), notes.Caller, tier, values, from, expected));
        notes.Decided(position, version is null ? Domain.Spaces.RejectionCode.ChangedMeanwhile : null);
        if (version is null)
        {
            return new SetTierPolicyResponse
            {
                Rejected = ContractMap.ToContract(new(Domain.Spaces.RejectionCode.ChangedMeanwhile), availability: null, DetailsCheck.Zone, check.Now),
            };
        }

        await readModel.ReachAsync(position, ReadLag.Tolerated);
        return new SetTierPolicyResponse { Set = Versions(tier).FirstOrDefault(known => known.Version == version) ?? new Contract.V1.TierPolicy { Tier = request.Tier, Version = version.Value } };
    }

    public override Task<ListTierPoliciesResponse> ListTierPolicies(ListTierPoliciesRequest request, ServerCallContext context)
    {
        var response = new ListTierPoliciesResponse { ReadModel = ContractMap.ToContract(readModel.LagOf(readModel.Root)) };
        foreach (var tier in System.Enum.GetValues<DomainTier>())
            response.Policies.AddRange(Versions(tier));
        return Task.FromResult(response);
    }

    public override Task<GetCallListResponse> GetCallList(GetCallListRequest request, ServerCallContext context)
    {
        var check = runner.Check();
        var areas = check.Areas(request.AreaCodes, region);
        check.ThrowIfBroken();
        var root = readModel.Root;
        var names = region.CouncilAreas.Where(area => areas.Contains(area.Code)).Select(area => area.Name).ToHashSet(StringComparer.Ordinal);
        var calls = CallList.Of(root.Spaces.Values.Where(record => names.Count == 0 || names.Contains(record.Details.CouncilArea)), readModel.Now());
        var response = new GetCallListResponse { Total = calls.Count, ReadModel = ContractMap.ToContract(readModel.LagOf(root)) };
        response.Calls.AddRange(calls.Take(CallList.Most));
        return Task.FromResult(response);
    }

    // Newest first, each against the one before.
    private List<Contract.V1.TierPolicy> Versions(DomainTier tier)
    {
        var told = new List<Contract.V1.TierPolicy>();
        var inForce = policies.InForce(tier, readModel.Now());
        Policy? before = null;
        foreach (var version in policies.All.Where(version => version.Policy.Tier == tier))
        {
            var policy = PolicyMap.ToContract(version.Policy.Values);
            var line = new Contract.V1.TierPolicy
            {
                Tier = (Contract.V1.Tier)tier,
                Version = version.Policy.Version,
                Policy = policy,
                EffectiveFrom = ContractMap.Stamp(version.EffectiveFrom),
                SetAt = ContractMap.Stamp(version.SetAt),
                Actor = version.Actor,
                Role = version.Role,
                InForce = version == inForce,
            };
            line.Differences.AddRange(Differences.Between(before, policy));
            told.Insert(0, line);
            before = policy;
        }

        return told;
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
