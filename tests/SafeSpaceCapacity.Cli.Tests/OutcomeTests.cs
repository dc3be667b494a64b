using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Exit codes, JSON, failures and tries.</summary>
public sealed class OutcomeTests : CliTest
{
    [Fact]
    public async Task A_search_that_finds_ends_with_0_and_one_that_does_not_with_6()
    {
        Server.Answers[typeof(FindSpacesRequest)] = Found();
        Assert.Equal(ExitCodes.Done, (await RunAsync("find", "--near", "Glasgow")).Code);
        Server.Answers[typeof(FindSpacesRequest)] = new FindSpacesResponse { Offers = { Found().Offers } };
        var nothing = await RunAsync("find", "--near", "Glasgow");
        Assert.Equal(ExitCodes.NothingFound, nothing.Code);
        Assert.Contains("NHS 24, tel 111", nothing.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejection_ends_with_3_and_shows_the_numbers()
    {
        Server.Answers[typeof(HoldPlaceRequest)] = new HoldPlaceResponse { Rejected = Rejection() };
        var run = await RunAsync("hold", "gla-harbour", "--eta-minutes", "10");
        Assert.Equal(ExitCodes.Rejected, run.Code);
        Assert.Contains("All safe places are taken.", run.Out, StringComparison.Ordinal);
        Assert.Contains("Ask again at 18:00", run.Out, StringComparison.Ordinal);
        Assert.Contains("safe capacity 6", run.Out, StringComparison.Ordinal);
    }

    public static TheoryData<string[], string> RejectableCommands() => new()
    {
        { ["extend", "s", HoldId, "--eta-minutes", "5"], nameof(ExtendHoldResponse) },
        { ["release", "s", HoldId], nameof(ReleaseHoldResponse) },
        { ["arrive", "s", "--hold", HoldId], nameof(ConfirmArrivalResponse) },
        { ["staff", "start-shift", "s", "--role", "clinician", "--hours", "1"], nameof(StartShiftResponse) },
        { ["staff", "end-shift", "s", HoldId], nameof(EndShiftResponse) },
        { ["staff", "arrival", "s"], nameof(RecordArrivalResponse) },
        { ["staff", "resume", "s"], nameof(ResumeSpaceResponse) },
        { ["staff", "accept", "s", HoldId], nameof(AcceptHoldResponse) },
        { ["staff", "confirm", "s"], nameof(ConfirmSpaceResponse) },
        { ["staff", "pause", "s", "--reason", "staffing", "--minutes", "5"], nameof(PauseSpaceResponse) },
        { ["staff", "undo", "s", HoldId], nameof(UndoActResponse) },
        { ["staff", "acknowledge", "s", "--cause", "unsafe-staffing", "--as", "clinical-lead"], nameof(AcknowledgeEscalationResponse) },
        { ["space", "retire", "s", "--reason", "closed"], nameof(RetireSpaceResponse) },
        { ["staff", "decline", "s", HoldId, "--reason", "age"], nameof(DeclineHoldResponse) },
    };

    [Theory]
    [MemberData(nameof(RejectableCommands))]
    public async Task Every_command_that_can_be_rejected_ends_with_3(string[] args, string response)
    {
        var descriptor = CrewServiceReflection.Descriptor.MessageTypes.Concat(StaffServiceReflection.Descriptor.MessageTypes).Concat(AdminServiceReflection.Descriptor.MessageTypes).Single(type => string.Equals(type.Name, response, StringComparison.Ordinal));
        var answer = (IMessage)Activator.CreateInstance(descriptor.ClrType)!;
        descriptor.FindFieldByName("rejected").Accessor.SetValue(answer, Rejection());
        var request = typeof(HoldPlaceRequest).Assembly.GetType($"{typeof(HoldPlaceRequest).Namespace}.{response.Replace("Response", "Request", StringComparison.Ordinal)}")!;
        Server.Answers[request] = answer;
        var run = await RunAsync(args);
        Assert.Equal(ExitCodes.Rejected, run.Code);
        Assert.Contains("Not done", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, 2)]
    [InlineData(StatusCode.AlreadyExists, 2)]
    [InlineData(StatusCode.ResourceExhausted, 2)]
    [InlineData(StatusCode.NotFound, 7)]
    [InlineData(StatusCode.Internal, 1)]
    [InlineData(StatusCode.Unimplemented, 1)]
    [InlineData(StatusCode.PermissionDenied, 8)]
    [InlineData(StatusCode.Unauthenticated, 8)]
    public async Task A_status_ends_with_its_exit_code_after_one_try(StatusCode status, int code)
    {
        Server.Failures.Enqueue(TestServer.Ended(status));
        var run = await RunAsync("staff", "confirm", "gla-harbour");
        Assert.Equal(code, run.Code);
        Assert.Contains("as the test wants", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
        Assert.Single(Server.Received);
    }

    [Fact]
    public async Task A_service_that_is_not_there_ends_with_4()
    {
        var run = await RunAsync("find", "--near", "Paisley", "--server", "http://127.0.0.1:9");
        Assert.Equal(ExitCodes.NotReachable, run.Code);
        Assert.Contains("http://127.0.0.1:9 does not answer", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Field_violations_are_shown_by_field_and_rule()
    {
        Server.Failures.Enqueue(TestServer.Violation("origin.wgs84.latitude", "is -90 to 90, not 95"));
        var run = await RunAsync("find", "--at", "95,0");
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("  origin.wgs84.latitude: is -90 to 90, not 95", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_a_failure_is_one_object_on_standard_error()
    {
        Server.Failures.Enqueue(TestServer.Violation("eta", "is in the past"));
        var run = await RunAsync("hold", "gla-harbour", "--eta-minutes", "5", "--json");
        Assert.Empty(run.Out);
        using var failure = JsonDocument.Parse(run.Error);
        Assert.Equal(2, failure.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Equal("INVALID_ARGUMENT", failure.RootElement.GetProperty("status").GetString());
        Assert.Equal("eta", failure.RootElement.GetProperty("fieldViolations")[0].GetProperty("field").GetString());
        Assert.Equal(Server.Only<HoldPlaceRequest>().CommandId, failure.RootElement.GetProperty("commandId").GetString());
        var usage = await RunAsync("find", "--json");
        Assert.Equal(2, JsonDocument.Parse(usage.Error).RootElement.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task With_json_an_answer_is_the_message_on_one_line()
    {
        Server.Answers[typeof(FindSpacesRequest)] = Found();
        Server.Answers[typeof(HoldPlaceRequest)] = new HoldPlaceResponse { Placed = Hold(HoldStatus.Placed), Availability = new Availability { SpaceId = "s", Occupied = 0 } };
        var found = await RunAsync("find", "--near", "Glasgow", "--json");
        Assert.Equal(Found(), JsonParser.Default.Parse<FindSpacesResponse>(found.Out));
        Assert.Single(found.Out.TrimEnd('\n').Split('\n'));
        var held = await RunAsync("hold", "s", "--eta-minutes", "5", "--json");
        Assert.Equal("0", JsonDocument.Parse(held.Out).RootElement.GetProperty("availability").GetProperty("occupied").GetRawText());
    }

    [Fact]
    public async Task An_unavailable_service_is_asked_again_with_the_same_command_id()
    {
        Server.Answers[typeof(HoldPlaceRequest)] = new HoldPlaceResponse { Placed = Hold(HoldStatus.Placed) };
        Server.Failures.Enqueue(TestServer.Ended(StatusCode.Unavailable));
        Server.Failures.Enqueue(TestServer.Ended(StatusCode.Unavailable));
        var run = await RunAsync("hold", "gla-harbour", "--eta-minutes", "10");
        Assert.Equal(ExitCodes.Done, run.Code);
        var tries = Server.Received.Cast<HoldPlaceRequest>().ToList();
        Assert.Equal(3, tries.Count);
        Assert.Single(tries.Distinct());
        Assert.Contains(tries[0].CommandId, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_was_never_answered_can_be_sent_again_as_the_hint_says()
    {
        Server.Delay = TimeSpan.FromSeconds(30);
        var run = await RunAsync("hold", "gla-harbour", "--eta-minutes", "10", "--timeout-seconds", "0.3");
        Assert.Equal(ExitCodes.NotReachable, run.Code);
        Assert.Contains("DEADLINE_EXCEEDED", run.Error, StringComparison.Ordinal);
        var first = (HoldPlaceRequest)Server.Received.First();
        Assert.Contains($"--command-id {first.CommandId} --eta 2026-11-22T14:30:00Z", run.Error, StringComparison.Ordinal);
        Server.Delay = TimeSpan.Zero;
        Clock += TimeSpan.FromMinutes(1);
        await RunAsync("hold", "gla-harbour", "--command-id", first.CommandId, "--eta", "2026-11-22T14:30:00Z");
        Assert.Equal(first, Server.Received.Last());
    }

    [Fact]
    public async Task Stopped_before_the_answer_ends_with_130_and_the_command_id()
    {
        Server.Delay = TimeSpan.FromSeconds(30);
        using var stop = new CancellationTokenSource();
        var running = RunAsync(stop.Token, "staff", "confirm", "gla-harbour");
        while (Server.Received.IsEmpty)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        var run = await running;
        Assert.Equal(ExitCodes.Stopped, run.Code);
        Assert.Contains(((ConfirmSpaceRequest)Server.Received.First()).CommandId, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_option_for_the_server_wins_over_the_environment()
    {
        Environment["SAFESPACE_SERVER"] = "http://127.0.0.1:9";
        Assert.Equal(ExitCodes.Done, (await RunAsync("staff", "confirm", "gla-harbour", "--server", Server.Url)).Code);
        Environment["SAFESPACE_SERVER"] = "nonsense";
        Assert.Equal(ExitCodes.BadInput, (await RunAsync("staff", "confirm", "gla-harbour")).Code);
    }
}
