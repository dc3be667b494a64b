using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.BadInput;

/// <summary>A service with one space, shared by tests that must not change it.</summary>
public sealed class UnchangedService : IAsyncLifetime
{
    internal RunningService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Service = await RunningService.StartAsync();
        await Service.OpenAsync(ValidRequests.Space, Ask.Latitude, Ask.Longitude, occupied: 2);
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

public sealed class BadInputTests(UnchangedService unchanged) : IClassFixture<UnchangedService>
{
    private readonly RunningService _service = unchanged.Service;

    public static TheoryData<string> Rules => [.. BrokenRules.All.Keys];

    public static TheoryData<string> Methods => [.. AnyMethod.All.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_broken_rule_is_told_with_its_field_and_nothing_changes(string name)
    {
        var (_, request, field, rule) = BrokenRules.All[name];
        var head = _service.Log.HeadPosition;
        var refused = await AnyMethod.Of(request).RefusedAsync(_service.Invoker, request.ToByteArray());
        Assert.NotNull(refused);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        var violation = Assert.Single(refused.Violations(), violation => violation.Field == field && violation.Rule.Contains(rule, StringComparison.Ordinal));
        // Those who only read the text find the same in it.
        Assert.Contains($"{violation.Field}: ", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(head, _service.Log.HeadPosition);
    }

    [Fact]
    public async Task Every_broken_rule_is_told_at_once()
    {
        var refused = await Refusals.RefusedAsync(
            _service.Crew.HoldPlaceAsync(new HoldPlaceRequest { CallSign = "?", NeedId = "?" }), StatusCode.InvalidArgument);
        Assert.Equal(["call_sign", "command_id", "eta", "legal_status", "need_id", "space_id"], refused.Violations().Select(v => v.Field).Order());
    }

    [Fact]
    public async Task However_many_rules_are_broken_every_client_can_read_the_answer()
    {
        var request = Ask.Space("another-space");
        request.SpecialDays.AddRange(Enumerable.Repeat(new SpecialDay { Date = "?", Opens = "?", Closes = "?" }, 400));
        request.Languages.AddRange(Enumerable.Repeat("?", 40));
        var refused = await Refusals.RefusedAsync(_service.Admin.RegisterSpaceAsync(request), StatusCode.InvalidArgument);
        Assert.Contains(refused.Violations(), violation => violation.Field == "languages[2]");
        Assert.Contains("more", refused.Status.Detail, StringComparison.Ordinal);
        // gRPC's own libraries take 8 KiB of metadata, binary ones in Base64.
        var size = refused.Trailers.GetValueBytes("grpc-status-details-bin")!.Length * 4 / 3;
        Assert.True(size + Uri.EscapeDataString(refused.Status.Detail).Length < 8 * 1024 - 512, $"{size} bytes of details");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_valid_request_is_not_refused(string name)
    {
        // What the other tests spoil is right before.
        await using var service = await RunningService.StartAsync();
        await service.OpenAsync(ValidRequests.Space, Ask.Latitude, Ask.Longitude);
        var method = AnyMethod.All.Single(method => method.Name == name);
        var refused = await method.RefusedAsync(service.Invoker, BrokenRules.Any(method.Descriptor.InputType.ClrType).ToByteArray());
        Assert.True(refused is null or { StatusCode: StatusCode.NotFound, Status.Detail: ['h', 'o', 'l', 'd', '_', 'i', 'd', ..] }, refused?.Message);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task An_unknown_space_is_not_found_wherever_one_is_named(string name)
    {
        var method = AnyMethod.All.Single(method => method.Name == name);
        if (method.Descriptor.InputType.FindFieldByName("space_id") is not { } field || name == "RegisterSpace")
            return;
        var request = BrokenRules.Any(method.Descriptor.InputType.ClrType);
        field.Accessor.SetValue(request, "no-such-space");
        var refused = await method.RefusedAsync(_service.Invoker, request.ToByteArray());
        Assert.Equal((StatusCode.NotFound, "space_id: there is no space 'no-such-space'"), (refused!.StatusCode, refused.Status.Detail));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Ten_megabytes_of_text_are_refused_with_the_limit(string name)
    {
        var method = AnyMethod.All.Single(method => method.Name == name);
        var request = BrokenRules.Any(method.Descriptor.InputType.ClrType);
        if (method.Descriptor.InputType.Fields.InFieldNumberOrder().Count == 0)
            return;
        var text = method.Descriptor.InputType.Fields.InFieldNumberOrder().FirstOrDefault(field => field is { FieldType: Google.Protobuf.Reflection.FieldType.String, IsRepeated: false });
        var tooMuch = new string('x', 10 * 1024 * 1024);
        if (text is not null)
            text.Accessor.SetValue(request, tooMuch);
        else if (request is FindSpacesRequest find)
            find.NeedId = tooMuch;
        else if (request is GetAreaTotalsRequest totals)
            totals.AreaCodes.Add(tooMuch);
        else if (request is WatchAreaTotalsRequest watched)
            watched.AreaCodes.Add(tooMuch);
        else if (request is GetBoundariesRequest boundaries)
            boundaries.AreaCodes.Add(tooMuch);
        else if (request is ExportDirectoryRequest directory)
            directory.AreaCodes.Add(tooMuch);
        else if (request is GetCallListRequest calls)
            calls.AreaCodes.Add(tooMuch);
        else if (request is ExportAuditRequest export)
            export.Filter.Actor = tooMuch;
        else
            ((WatchSpacesRequest)request).SpaceIds.Add(tooMuch);
        var refused = await method.RefusedAsync(_service.Invoker, request.ToByteArray());
        Assert.Equal((StatusCode.ResourceExhausted, "the message is larger than the limit of 65536 bytes"), (refused!.StatusCode, refused.Status.Detail));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Bytes_that_are_no_message_are_the_callers_mistake(string name)
    {
        var method = AnyMethod.All.Single(method => method.Name == name);
        byte[][] rubbish = [[0xFF], [0x0A, 0x7F, 0x01], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "GET / HTTP/1.1"u8.ToArray()];
        foreach (var bytes in rubbish)
        {
            var refused = await method.RefusedAsync(_service.Invoker, bytes);
            Assert.Equal((StatusCode.InvalidArgument, "the message can't be read as the request of this method"), (refused!.StatusCode, refused.Status.Detail));
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_told_by_their_field()
    {
        // origin { place: C3 28 }, where C3 begins a character that 28 does not end.
        var refused = await AnyMethod.Of(Ask.Find()).RefusedAsync(_service.Invoker, [0x0A, 0x04, 0x1A, 0x02, 0xC3, 0x28, 0x20, 0x01]);
        Assert.Equal(StatusCode.InvalidArgument, refused!.StatusCode);
        Assert.Contains("U+FFFD", Assert.Single(refused.Violations(), violation => violation.Field == "origin.place").Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_that_is_cut_off_is_the_callers_mistake()
    {
        byte[][] frames = [[0, 0, 0, 0, 9, 0x0A], [0, 0, 0], [7, 0, 0, 0, 0], []];
        foreach (var frame in frames)
        {
            using var http = new HttpClient { DefaultRequestVersion = System.Net.HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var content = new ByteArrayContent(frame);
            content.Headers.ContentType = new("application/grpc");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_service.GrpcAddress, "/safespacecapacity.v1.CrewService/FindSpaces"));
            request.Content = content;
            request.Headers.TE.Add(new("trailers"));
            request.Version = System.Net.HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            using var answer = await http.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            var status = answer.Headers.TryGetValues("grpc-status", out var early) ? early : answer.TrailingHeaders.GetValues("grpc-status");
            Assert.Equal("3", Assert.Single(status));
        }
    }

    [Fact]
    public async Task A_method_that_does_not_exist_is_unimplemented()
    {
        var bytes = Marshallers.Create<byte[]>(b => b, b => b);
        var none = new Method<byte[], byte[]>(MethodType.Unary, "safespacecapacity.v1.CrewService", "NoSuchMethod", bytes, bytes);
        await Refusals.RefusedAsync(_service.Invoker.AsyncUnaryCall(none, null, default, []), StatusCode.Unimplemented);
    }

    [Fact]
    public async Task Every_field_of_every_request_has_a_rule_that_is_broken_here_or_none_to_break()
    {
        await Task.CompletedTask;
        // A new field must be thought of: add what breaks its rule to BrokenRules, or say here that it has none.
        string[] without = ["HoldPlaceRequest.person_agreed", "RegisterSpaceRequest.always_open", "RegisterSpaceRequest.s297_designated", "StartShiftRequest.agency", "StartShiftRequest.on_call",
            "ImportDirectoryRequest.preview", "ImportDirectoryRequest.change_existing", "ImportGazetteerRequest.preview",
            "ImportDemandRequest.preview"];
        var broken = BrokenRules.All.Values.Select(rule => rule.Request.Descriptor.Name + "." + rule.Field.Split('.', '[')[0]).ToHashSet();

        // An entry is checked alike wherever it is: to be registered, or to be changed to.
        broken.UnionWith(BrokenRules.All.Values.Where(rule => rule.Field.StartsWith("entry.", StringComparison.Ordinal))
            .Select(rule => "RegisterSpaceRequest." + rule.Field.Split('.', '[')[1]));
        var forgotten = AnyMethod.All
            .SelectMany(method => method.Descriptor.InputType.Fields.InFieldNumberOrder())
            .Select(field => $"{field.ContainingType.Name}.{field.Name}")
            .Where(field => !broken.Contains(field) && !without.Contains(field));
        Assert.Empty(forgotten);
    }
}
