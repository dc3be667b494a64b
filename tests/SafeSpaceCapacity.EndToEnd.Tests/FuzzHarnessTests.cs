using SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

namespace SafeSpaceCapacity.EndToEnd.Tests;

/// <summary>The fuzz itself: what it would notice, and that it can be repeated.</summary>
public sealed class FuzzHarnessTests
{
    [Theory]
    [InlineData("Exception was thrown by handler.")]
    [InlineData("   at Some.Type.Method(String value)")]
    [InlineData("System.ArgumentNullException")]
    [InlineData("SafeSpaceCapacity.Service.Grpc.CrewGrpcService")]
    [InlineData("could not open /tmp/safespace/log.db")]
    public void It_notices_internals_in_a_message_and_in_a_body(string leak)
    {
        var told = new Answer();
        told.Note("grpc-status", "3");
        told.Note("grpc-message", Uri.EscapeDataString(leak));
        Assert.NotEmpty(Judge.Faults(told));
        var written = new Answer { Http = 200 };
        written.NoteBody(System.Text.Encoding.UTF8.GetBytes("ok " + leak));
        Assert.NotEmpty(Judge.Faults(written));
    }

    [Fact]
    public void It_notices_internals_in_the_details_of_a_status()
    {
        var told = new Answer();
        told.Note("grpc-status", "3");
        told.Note("grpc-status-details-bin", Convert.ToBase64String(Google.Protobuf.MessageExtensions.ToByteArray(new Google.Rpc.Status { Code = 3, Message = "System.Boom" })));
        Assert.Contains("System.Boom", Assert.Single(Judge.Faults(told)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("13")]
    [InlineData("14")]
    public void It_notices_a_server_that_takes_the_blame(string status)
    {
        var answer = new Answer();
        answer.Note("grpc-status", status);
        Assert.NotEmpty(Judge.Faults(answer));
        Assert.NotEmpty(Judge.Faults(new Answer { Http = 500 }));
        Assert.NotEmpty(Judge.Faults(Answer.Hung("nothing came")));
    }

    [Fact]
    public void It_finds_nothing_wrong_with_a_plain_refusal()
    {
        var told = new Answer { Http = 200 };
        told.Note("grpc-status", "3");
        told.Note("grpc-message", "hold_id: no such hold at 'a-space' in the last two days; eta: must be at most 240 minutes ahead");
        Assert.Empty(Judge.Faults(told));
    }

    [Fact]
    public void The_same_seed_makes_the_same_cases_of_every_level()
    {
        var cast = new Cast(7);
        var cases = Enumerable.Range(0, 3_000).Select(number => Cases.Make(7, number, cast)).ToList();
        var again = Enumerable.Range(0, 3_000).Select(number => Cases.Make(7, number, cast)).ToList();

        // Times in a message are around now, so the bytes are compared where there are none.
        Assert.Equal(cases.Select(one => (one.Level, one.What, one.Method)), again.Select(one => (one.Level, one.What, one.Method)));
        Assert.Equal(cases.Where(IsTimeless).Select(one => one.Sent()), again.Where(IsTimeless).Select(one => one.Sent()));
        Assert.Equal(Enum.GetValues<Level>(), cases.Select(one => one.Level).Distinct().Order());
        Assert.NotEqual(cases.Select(one => one.What), Enumerable.Range(0, 3_000).Select(number => Cases.Make(8, number, cast).What));
    }

    [Fact]
    public void Every_service_is_among_the_cases() =>
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "grpc.health.v1.Health", "safespacecapacity.v1.AdminService", "safespacecapacity.v1.CrewService", "safespacecapacity.v1.StaffService" },
            Methods.All.Select(method => method.Service.FullName).ToHashSet(StringComparer.Ordinal));

    private static bool IsTimeless(FuzzCase one) => one.Level == Level.Transport && one.What.StartsWith("HTTP/1.1", StringComparison.Ordinal);
}
