using System.Text;
using System.Text.Json;
using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;
using SafeSpaceCapacity.EventLog.Tests;
using SafeSpaceCapacity.Service.Engine;

namespace SafeSpaceCapacity.Silo.Tests;

/// <summary>What silos say to each other comes through whole, or is not understood.</summary>
public sealed class MessageCodecTests
{
    private static readonly Filler Fill = new();
    private static readonly Ids Ids = new(Settings.Seed);

    public static TheoryData<string> Commands() => new(typeof(SpaceCommand).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SpaceCommand))).Select(type => type.Name));

    public static TheoryData<string> Outcomes() => new(typeof(SpaceOutcome).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SpaceOutcome))).Select(type => type.Name));

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_comes_through_whole(string type)
    {
        var sent = Request((SpaceCommand)Fill.Make(TypeOf<SpaceCommand>(type)));
        var received = (SpaceRequest)MessageCodec.Decode<SpaceRequest>(MessageCodec.Encode(sent));
        Assert.Equal(Filler.Whole(sent.Command), Filler.Whole(received.Command));
        Assert.Equal((sent.Space, sent.CommandId, sent.NeedId, sent.Caller), (received.Space, received.CommandId, received.NeedId, received.Caller));
        Assert.Equal(sent.RequestHash.ToArray(), received.RequestHash.ToArray());
    }

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void An_answer_comes_through_whole(string type)
    {
        var sent = new SpaceAnswer((SpaceOutcome)Fill.Make(TypeOf<SpaceOutcome>(type)), (Availability)Fill.Make(typeof(Availability)), 17, (Availability)Fill.Make(typeof(Availability)));
        var received = ((SpaceReply)MessageCodec.Decode<SpaceReply>(MessageCodec.Encode(new SpaceReply(sent)))).Answer!;
        Assert.Equal(Filler.Whole(sent), Filler.Whole(received));
    }

    [Fact]
    public async Task A_failure_is_thrown_as_it_would_be_by_an_engine_of_the_same_process()
    {
        var id = Ids.Next();
        foreach (var failure in new Exception[] { new CommandIdReusedException(id), new InvariantBrokenException("that can't be") })
        {
            var reply = await SpaceReply.OfAsync(Task.FromException<SpaceAnswer>(failure));
            var received = (SpaceReply)MessageCodec.Decode<SpaceReply>(MessageCodec.Encode(reply));
            var thrown = Assert.ThrowsAny<Exception>(() => received.AnswerTo(Request(new Settle(default)) with { CommandId = id }));
            Assert.Equal((failure.GetType(), failure.Message, failure.InnerException?.GetType()), (thrown.GetType(), thrown.Message, thrown.InnerException?.GetType()));
        }
    }

    [Fact]
    public async Task What_a_silo_could_not_decide_is_told_as_that()
    {
        foreach (var failure in new[] { new NotDecidedException("the log is away"), new NotDecidedException("the clock jumped", new ClockException("the clock jumped")) })
        {
            var reply = await SpaceReply.OfAsync(Task.FromException<SpaceAnswer>(failure));
            var received = (SpaceReply)MessageCodec.Decode<SpaceReply>(MessageCodec.Encode(reply));
            Assert.Equal((ReplyFault.NotDecided, failure.Message), (received.Fault, received.Reason));
        }
    }

    [Theory]
    [InlineData("\"Settle\"", "\"MendRoof\"")]
    [InlineData("\"need_id\"", "\"need\"")]
    [InlineData("{\"space\"", "{\"colour\":\"green\",\"space\"")]
    [InlineData("}}", "},")]
    public void A_message_of_another_version_is_not_half_understood(string ours, string theirs)
    {
        var text = Encoding.UTF8.GetString(MessageCodec.Encode(Request(new Settle(default))));
        Assert.Contains(ours, text, StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => MessageCodec.Decode<SpaceRequest>(Encoding.UTF8.GetBytes(text.Replace(ours, theirs, StringComparison.Ordinal))));
    }

    private static SpaceRequest Request(SpaceCommand command) =>
        new(new SpaceId("a-space"), Ids.Next(), new byte[] { 1, 2, 3 }, Ids.Next(), new Caller("who", "crew", "cad", "trace"), command);

    private static Type TypeOf<T>(string name) => typeof(T).Assembly.GetTypes().Single(type => type.Name == name && type.IsSubclassOf(typeof(T)));
}
