using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Cli.Access;
using SafeSpaceCapacity.Contract.V1;
using static SafeSpaceCapacity.Cli.Tests.Messages;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>The token that a call bears, and where it is sent.</summary>
public sealed class AccessTests : CliTest
{
    private const string Token = "secret.of-this_test~1+/==";

    public static TheoryData<string[], string> Roles() => new()
    {
        { ["find", "--near", "Glasgow"], """{"role":"ROLE_CREW"}""" },
        { ["watch", "--near", "Glasgow"], """{"role":"ROLE_CREW"}""" },
        { ["staff", "confirm", "gla-harbour"], """{"role":"ROLE_STAFF","spaceIds":["gla-harbour"]}""" },
        { ["staff", "board", "gla-harbour"], """{"role":"ROLE_STAFF","spaceIds":["gla-harbour"]}""" },
        { ["space", "list"], """{"role":"ROLE_ADMINISTRATOR"}""" },
        { ["totals", "--area", "S12000049", "--area", "S12000038"], """{"role":"ROLE_PLANNER","areaCodes":["S12000049","S12000038"]}""" },
        { ["audit", "query"], """{"role":"ROLE_AUDITOR"}""" },
    };

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_demo_gives_each_command_the_token_of_its_role(string[] args, string expected)
    {
        using var stop = new CancellationTokenSource();
        Server.Watches.Enqueue((_, _) => stop.CancelAsync());
        await RunAsync(stop.Token, args);
        Assert.Equal(JsonParser.Default.Parse<IssueDemoTokenRequest>(expected), Assert.Single(Server.TokenRequests));
        Assert.All(Server.Authorizations, bore => Assert.Equal("Bearer demo.token.1", bore));
        Assert.NotEmpty(Server.Authorizations);
    }

    [Fact]
    public async Task A_token_comes_from_the_file_of_the_option_else_of_the_environment_else_from_the_environment_itself()
    {
        using var directory = new TemporaryDirectory();
        Environment["SAFESPACE_TOKEN"] = "third";
        await RunAsync("staff", "confirm", "gla-harbour");
        Environment["SAFESPACE_TOKEN_FILE"] = directory.Write("second", "second\n");
        await RunAsync("staff", "confirm", "gla-harbour");
        await RunAsync("staff", "confirm", "gla-harbour", "--token-file", directory.Write("first", "first\n"));
        Assert.Equal(["Bearer third", "Bearer second", "Bearer first"], Server.Authorizations);
        Assert.Empty(Server.TokenRequests);
    }

    [Theory]
    [InlineData("find", "--near", "Glasgow")]
    [InlineData("find", "--near", "Glasgow", "--json")]
    [InlineData("audit", "query")]
    public async Task The_token_is_never_written(params string[] args)
    {
        Environment["SAFESPACE_TOKEN"] = Token;
        foreach (var status in (StatusCode[])[StatusCode.OK, StatusCode.Unauthenticated, StatusCode.Internal, StatusCode.Unavailable])
        {
            if (status is not StatusCode.OK)
                Server.Failures.Enqueue(TestServer.Ended(status));
            var run = await RunAsync(args);
            Assert.DoesNotContain("secret", run.Out + run.Error, StringComparison.Ordinal);
        }

        Assert.All(Server.Authorizations, bore => Assert.Equal($"Bearer {Token}", bore));
    }

    [Theory]
    [InlineData("secret\nof two lines")]
    [InlineData("secret café")]
    [InlineData("authorization: secret")]
    public async Task What_is_no_token_is_refused_without_being_shown(string text)
    {
        using var directory = new TemporaryDirectory();
        var file = await RunAsync("find", "--near", "Glasgow", "--token-file", directory.Write("token", text));
        Environment["SAFESPACE_TOKEN"] = text;
        var variable = await RunAsync("find", "--near", "Glasgow");
        Assert.Equal((ExitCodes.BadInput, ExitCodes.BadInput), (file.Code, variable.Code));
        Assert.Contains("--token-file", file.Error, StringComparison.Ordinal);
        Assert.Contains("SAFESPACE_TOKEN holds", variable.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", file.Error + variable.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_token_file_that_others_can_use_is_refused(UnixFileMode others)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("token", Token, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        var run = await RunAsync("find", "--near", "Glasgow", "--token-file", file);
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains($"--token-file {file}", run.Error, StringComparison.Ordinal);
        Assert.Contains($"chmod 600 {file}", run.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }

    [Fact]
    public async Task A_token_file_that_is_empty_or_not_there_is_bad_input_that_names_the_option()
    {
        using var directory = new TemporaryDirectory();
        var empty = await RunAsync("find", "--near", "Glasgow", "--token-file", directory.Write("token", " \n"));
        var absent = await RunAsync("find", "--near", "Glasgow", "--token-file", directory["absent"]);
        Assert.Equal((ExitCodes.BadInput, ExitCodes.BadInput), (empty.Code, absent.Code));
        Assert.Contains("--token-file", empty.Error, StringComparison.Ordinal);
        Assert.Contains("is empty", empty.Error, StringComparison.Ordinal);
        Assert.Contains("--token-file", absent.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }

    [Fact]
    public async Task A_service_that_is_no_demo_is_called_without_a_token_and_the_hint_says_how_to_get_one()
    {
        Server.IsDemo = false;
        Server.Failures.Enqueue(TestServer.Ended(StatusCode.Unauthenticated, "a token is needed"));
        var run = await RunAsync("staff", "confirm", "gla-harbour", "--json");
        Assert.Equal(ExitCodes.NotAllowed, run.Code);
        Assert.Equal("", Assert.Single(Server.Authorizations));
        var failure = JsonDocument.Parse(run.Error).RootElement;
        Assert.Equal("UNAUTHENTICATED", failure.GetProperty("status").GetString());
        Assert.Equal(
            "Get a token with ./safespace token --data DIR --role staff --space gla-harbour, and give it with --token-file or SAFESPACE_TOKEN.",
            failure.GetProperty("hint").GetString());
    }

    [Fact]
    public async Task A_demo_token_that_is_not_given_at_once_is_asked_for_again()
    {
        Server.TokenFailures.Enqueue(TestServer.Ended(StatusCode.Unavailable));
        Server.TokenFailures.Enqueue(TestServer.TooOften(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(ExitCodes.Done, (await RunAsync("staff", "confirm", "gla-harbour")).Code);
        Assert.Equal(3, Server.TokenRequests.Count);
        Assert.Equal("Bearer demo.token.3", Assert.Single(Server.Authorizations));
    }

    [Fact]
    public async Task A_command_that_never_left_for_want_of_a_demo_token_is_not_called_undecided()
    {
        for (var i = 0; i < 3; i++)
            Server.TokenFailures.Enqueue(TestServer.Ended(StatusCode.Unavailable));
        var run = await RunAsync("staff", "confirm", "gla-harbour");
        Assert.Equal(ExitCodes.NotReachable, run.Code);
        Assert.DoesNotContain("is not known", run.Error, StringComparison.Ordinal);
        Assert.Empty(Server.Received);
    }

    [Fact]
    public async Task Asked_too_often_it_waits_as_it_is_told_and_asks_again()
    {
        Server.Answers[typeof(HoldPlaceRequest)] = new HoldPlaceResponse { Placed = Hold(HoldStatus.Placed) };
        Server.Failures.Enqueue(TestServer.TooOften(TimeSpan.FromMilliseconds(700)));
        var before = TimeProvider.System.GetTimestamp();
        var run = await RunAsync("hold", "gla-harbour", "--eta-minutes", "10");
        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(before), TimeSpan.FromMilliseconds(690), TimeSpan.FromSeconds(30));
        Assert.Equal(2, Server.Received.Count);
        Assert.Single(Server.Received.Cast<HoldPlaceRequest>().Distinct());
    }

    [Fact]
    public async Task It_waits_no_longer_than_the_time_out_and_gives_up_after_three_tries()
    {
        for (var i = 0; i < 3; i++)
            Server.Failures.Enqueue(TestServer.TooOften(TimeSpan.FromHours(1)));
        var run = await RunAsync("hold", "gla-harbour", "--eta-minutes", "10", "--timeout-seconds", "0.3");
        Assert.Equal(ExitCodes.NotReachable, run.Code);
        Assert.Equal(3, Server.Received.Count);
        Assert.Contains("calls too often", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("is not known", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_not_sent_in_plain_text_to_another_machine()
    {
        Environment["SAFESPACE_TOKEN"] = Token;
        var run = await RunAsync("find", "--near", "Glasgow", "--server", "http://192.0.2.1:5080");
        Assert.Equal(ExitCodes.BadInput, run.Code);
        Assert.Contains("--server http://192.0.2.1:5080: a token is sent over https, or to this machine", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("http://127.9.9.9:5080", true)]
    [InlineData("http://[::1]:5080", true)]
    [InlineData("http://localhost:5080", true)]
    [InlineData("http://localhost.example:5080", false)]
    [InlineData("http://10.0.0.1:5080", false)]
    [InlineData("https://10.0.0.1:5080", true)]
    [InlineData("https://spaces.example", true)]
    public void Tokens_go_to_this_machine_or_over_https(string server, bool isSafe) =>
        Assert.Equal(isSafe, new Uri(server).IsSafeForTokens());
}
