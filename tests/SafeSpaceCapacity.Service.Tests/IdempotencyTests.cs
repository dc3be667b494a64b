using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

public sealed class IdempotencyTests : ServiceTest
{
    private const string Id = "near-space";

    [Fact]
    public async Task The_same_command_again_gets_the_same_bytes_and_has_one_effect_also_after_a_restart()
    {
        var commands = Commands();
        var first = new List<byte[]>();
        foreach (var (_, send) in commands)
            first.Add((await send(Service)).ToByteArray());
        await Service.CaughtUpAsync();

        var head = Service.Log.HeadPosition;
        await CheckAsync("again");
        Service = await Service.RestartAsync();
        await CheckAsync("after a restart");

        async Task CheckAsync(string when)
        {
            for (var i = 0; i < commands.Count; i++)
            {
                var again = (await commands[i].Send(Service)).ToByteArray();
                Assert.True(first[i].AsSpan().SequenceEqual(again), $"{commands[i].Name} {when}");
                Assert.True(Service.Log.HeadPosition == head, $"{commands[i].Name} {when} wrote something");
            }
        }
    }

    [Fact]
    public async Task A_command_is_the_same_later_too_when_the_answer_would_be_another()
    {
        await Service.OpenAsync(Id, Ask.Latitude, Ask.Longitude, occupied: 5);
        var last = Service.Hold(Id);
        var first = await Service.Crew.HoldPlaceAsync(last);
        Assert.NotNull(first.Placed);
        var tooLate = Service.Hold(Id);
        var refused = await Service.Crew.HoldPlaceAsync(tooLate);
        Assert.NotNull(refused.Rejected);
        await Service.CountAsync(Id, 0);
        Service.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(first, await Service.Crew.HoldPlaceAsync(last));
        // A rejection is an answer as well: who asks anew makes a new id.
        Assert.Equal(refused, await Service.Crew.HoldPlaceAsync(tooLate));
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_an_error_and_changes_nothing()
    {
        await Service.OpenAsync(Id, Ask.Latitude, Ask.Longitude);
        await Service.OpenAsync("other-space", Ask.Latitude, Ask.Longitude);
        var request = Service.Hold(Id);
        var placed = (await Service.Crew.HoldPlaceAsync(request)).Placed;
        await Service.CaughtUpAsync();
        var head = Service.Log.HeadPosition;

        var other = request.Clone();
        other.Eta = Service.InMinutes(21);
        var refused = await Refusals.RefusedAsync(Service.Crew.HoldPlaceAsync(other), StatusCode.AlreadyExists);
        Assert.Contains(request.CommandId, refused.Status.Detail, StringComparison.Ordinal);
        other = request.Clone();
        other.SpaceId = "other-space";
        await Refusals.RefusedAsync(Service.Crew.HoldPlaceAsync(other), StatusCode.AlreadyExists);
        var release = new ReleaseHoldRequest { CommandId = request.CommandId, SpaceId = Id, HoldId = placed.HoldId };
        await Refusals.RefusedAsync(Service.Crew.ReleaseHoldAsync(release), StatusCode.AlreadyExists);

        Assert.Equal(head, Service.Log.HeadPosition);
        Assert.Equal(placed, (await Service.Crew.GetHoldAsync(new GetHoldRequest { SpaceId = Id, HoldId = placed.HoldId })).Hold);
    }

    [Fact]
    public async Task Duplicates_at_the_same_time_have_one_effect_and_one_answer()
    {
        await Service.OpenAsync(Id, Ask.Latitude, Ask.Longitude);
        for (var round = 0; round < 5; round++)
        {
            var request = Service.Hold(Id);
            var head = Service.Log.HeadPosition;
            var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Service.Crew.HoldPlaceAsync(request).ResponseAsync));
            Assert.NotNull(answers[0].Placed);
            Assert.Single(answers.Select(answer => Convert.ToBase64String(answer.ToByteArray())).Distinct());
            Assert.Equal(head + 1, Service.Log.HeadPosition);
        }
    }

    [Fact]
    public async Task Of_two_contents_with_one_id_at_the_same_time_one_counts()
    {
        await Service.OpenAsync(Id, Ask.Latitude, Ask.Longitude);
        var one = Service.Hold(Id, 20);
        var other = one.Clone();
        other.Eta = Service.InMinutes(30);
        var head = Service.Log.HeadPosition;
        var ends = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            try
            {
                return (await Service.Crew.HoldPlaceAsync(i % 2 == 0 ? one : other)).Placed.Eta.ToString();
            }
            catch (RpcException refused)
            {
                Assert.Equal(StatusCode.AlreadyExists, refused.StatusCode);
                return "refused";
            }
        }));
        Assert.Equal(8, ends.Count(end => end == "refused"));
        Assert.Equal(2, ends.Distinct().Count());
        Assert.Equal(head + 1, Service.Log.HeadPosition);
    }

    /// <summary>One command of every method that writes, in an order in which each does something.</summary>
    private List<(string Name, Func<RunningService, Task<IMessage>> Send)> Commands()
    {
        var commands = new List<(string, Func<RunningService, Task<IMessage>>)>();
        void Add<T>(T request, Func<RunningService, T, Task<IMessage>> send)
            where T : IMessage => commands.Add((request.Descriptor.Name, service => send(service, request)));
        static async Task<IMessage> Sent<T>(AsyncUnaryCall<T> call)
            where T : IMessage => await call;

        Add(Ask.Space(Id), (s, r) => Sent(s.Admin.RegisterSpaceAsync(r)));
        var asked = Service.Hold(Id);
        Add(asked, (s, r) => Sent(s.Crew.HoldPlaceAsync(r)));
        var shift = new StartShiftRequest { CommandId = Ids.Next(), SpaceId = Id, Role = StaffRole.SupportWorker, EndsAt = Service.InMinutes(600) };
        Add(shift, (s, r) => Sent(s.Staff.StartShiftAsync(r)));
        Add(new StartShiftRequest { CommandId = Ids.Next(), SpaceId = Id, Role = StaffRole.TeamLead, EndsAt = Service.InMinutes(600) }, (s, r) => Sent(s.Staff.StartShiftAsync(r)));
        Add(new AcceptHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = asked.CommandId }, (s, r) => Sent(s.Staff.AcceptHoldAsync(r)));
        Add(new ExtendHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = asked.CommandId, Eta = Service.InMinutes(40) }, (s, r) => Sent(s.Crew.ExtendHoldAsync(r)));
        Add(new ConfirmArrivalRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = asked.CommandId, HandoverMinutes = 3 }, (s, r) => Sent(s.Crew.ConfirmArrivalAsync(r)));
        var placed = Service.Hold(Id, 30);
        Add(placed, (s, r) => Sent(s.Crew.HoldPlaceAsync(r)));
        Add(new ReleaseHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = placed.CommandId }, (s, r) => Sent(s.Crew.ReleaseHoldAsync(r)));
        Add(new ReleaseHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = placed.CommandId }, (s, r) => Sent(s.Crew.ReleaseHoldAsync(r)));
        var third = Service.Hold(Id, 30);
        Add(third, (s, r) => Sent(s.Crew.HoldPlaceAsync(r)));
        Add(new DeclineHoldRequest { CommandId = Ids.Next(), SpaceId = Id, HoldId = third.CommandId, Reason = RefusalReason.Other }, (s, r) => Sent(s.Staff.DeclineHoldAsync(r)));
        Add(new ReportRefusedRequest { CommandId = Ids.Next(), SpaceId = Id, Reason = RefusalReason.Age, NeedId = Ids.Next() }, (s, r) => Sent(s.Crew.ReportRefusedAsync(r)));
        Add(new RecordArrivalRequest { CommandId = Ids.Next(), SpaceId = Id, ObservedAt = Service.InMinutes(-3) }, (s, r) => Sent(s.Staff.RecordArrivalAsync(r)));
        Add(new RecordDepartureRequest { CommandId = Ids.Next(), SpaceId = Id }, (s, r) => Sent(s.Staff.RecordDepartureAsync(r)));
        Add(new RecordCountRequest { CommandId = Ids.Next(), SpaceId = Id, Occupied = 2 }, (s, r) => Sent(s.Staff.RecordCountAsync(r)));
        Add(new ConfirmSpaceRequest { CommandId = Ids.Next(), SpaceId = Id }, (s, r) => Sent(s.Staff.ConfirmSpaceAsync(r)));
        Add(new PauseSpaceRequest { CommandId = Ids.Next(), SpaceId = Id, Reason = PauseReason.Other, Until = Service.InMinutes(60) }, (s, r) => Sent(s.Staff.PauseSpaceAsync(r)));
        Add(Service.Hold(Id, 30), (s, r) => Sent(s.Crew.HoldPlaceAsync(r)));
        Add(new ResumeSpaceRequest { CommandId = Ids.Next(), SpaceId = Id }, (s, r) => Sent(s.Staff.ResumeSpaceAsync(r)));
        Add(new EndShiftRequest { CommandId = Ids.Next(), SpaceId = Id, ShiftId = shift.CommandId }, (s, r) => Sent(s.Staff.EndShiftAsync(r)));
        return commands;
    }
}
