using SafeSpaceCapacity.Domain.Spaces;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.Service.Engine;

/// <summary>
/// The queue of one space. Commands are decided in turn on speculative state and appended as one batch; each caller is answered once the
/// batch is on disk. A conflict throws the speculation away, catches up and decides again: the append's condition is what keeps places
/// from being given twice, not this queue.
/// </summary>
/// <param name="space">The space.</param>
/// <param name="log">Where its events are.</param>
/// <param name="clock">The time commands are decided with.</param>
/// <param name="startFrom">A state of the space to catch up from; any version will do.</param>
public sealed class SpaceEngine(SpaceId space, IEventLog log, DecisionClock clock, Func<SpaceState> startFrom)
{
    // Bounds the batch, so that the first of a crowd is not kept waiting for the last.
    private const int BatchLimit = 128;
    private const int ConflictLimit = 20;
    private const int ReadLimit = 512;

    private readonly Lock _gate = new();
    private readonly Queue<Pending> _queue = new();
    private bool _running;
    private SpaceState? _state;
    private volatile bool _metAnother;

    /// <summary>Whether others wrote to the space since: there is another engine of it somewhere.</summary>
    public bool MetAnother => _metAnother;

    /// <summary>Decides a command, or finds the answer it got before.</summary>
    /// <exception cref="CommandIdReusedException">The id came before with other content.</exception>
    /// <exception cref="NotDecidedException">The log or the clock could not be used.</exception>
    public Task<SpaceAnswer> ExecuteAsync(SpaceRequest request)
    {
        var pending = new Pending(request);
        lock (_gate)
        {
            _queue.Enqueue(pending);
            if (!_running)
            {
                _running = true;
                _ = Task.Run(RunAsync);
            }
        }

        return pending.Answer.Task;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            List<Pending> batch;
            lock (_gate)
            {
                if (_queue.Count == 0)
                {
                    _running = false;
                    return;
                }

                batch = new List<Pending>(Math.Min(_queue.Count, BatchLimit));
                while (batch.Count < BatchLimit && _queue.TryDequeue(out var next))
                    batch.Add(next);
            }

            try
            {
                await DecideAsync(batch);
            }
#pragma warning disable CA1031 // Whatever went wrong, every caller is told and the queue goes on with what the log says.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _state = null;
                foreach (var pending in batch)
                    pending.Fail(failure is InvariantBrokenException or LogCorruptException or UnknownEventException
                        ? failure
                        : new NotDecidedException(failure.Message, failure));
            }
        }
    }

    private async Task DecideAsync(List<Pending> batch)
    {
        var reason = $"space {space} is being written to by others; try again with the same command_id";
        for (var attempt = 0; attempt < ConflictLimit && batch.Count > 0; attempt++)
        {
            batch = await AnswerKnownAsync(batch);
            if (batch.Count == 0)
                return;
            var state = _state ??= await CatchUpAsync(startFrom());
            var decided = Decide(state, batch);
            var position = 0L;
            if (decided.Append is { } append)
            {
                switch (await log.AppendAsync(new AppendRequest([append])))
                {
                    case AppendResult.Committed committed:
                        position = committed.LastPosition;
                        break;
                    case AppendResult.Conflict:
                        _metAnother = true;
                        _state = await CatchUpAsync(state);
                        continue;
                    case AppendResult.Adrift adrift:
                        // Held up on its way: by the time it is now it is decided again, unless the clock is wrong.
                        reason = $"what space {space} decided by {adrift.DecidedAt} reached the log at {adrift.Now}; try again with the same command_id";
                        continue;
                    default:
                        // A command was answered elsewhere, or nobody knows: what the log says now decides.
                        _state = null;
                        continue;
                }
            }

            _state = decided.State;
            decided.AnswerAll(position);
            return;
        }

        foreach (var pending in batch)
            pending.Fail(new NotDecidedException(reason));
    }

    private Decided Decide(SpaceState state, List<Pending> batch)
    {
        try
        {
            return new Decided(state, clock, space, batch);
        }
        catch (Exception failure) when (failure is not (ClockException or InvariantBrokenException))
        {
            // To decide needs nothing but the state: what fails here fails again, and nobody should be told to try it again.
            throw new InvariantBrokenException($"a command at {space} could not be decided: {failure.Message}", failure);
        }
    }

    /// <summary>Answers what was answered before, and leaves the rest, each command id once.</summary>
    private async Task<List<Pending>> AnswerKnownAsync(List<Pending> batch)
    {
        var open = new List<Pending>(batch.Count);
        var first = new Dictionary<Guid, Pending>(batch.Count);
        var answered = new Dictionary<Guid, CommandRecord>();
        foreach (var pending in batch)
        {
            var request = pending.Request;
            if (request.CommandId == Guid.Empty)
            {
                open.Add(pending);
            }
            else if (answered.TryGetValue(request.CommandId, out var before))
            {
                pending.AnswerKnown(before);
            }
            else if (first.TryGetValue(request.CommandId, out var same))
            {
                pending.AnswerAs(same);
            }
            else if (await log.FindCommandAsync(request.CommandId) is { } known)
            {
                // Each is compared with what was answered, not with another that may have come with other content.
                pending.AnswerKnown(known);
                answered.Add(request.CommandId, known);
            }
            else
            {
                first.Add(request.CommandId, pending);
                open.Add(pending);
            }
        }

        return open;
    }

    private async Task<SpaceState> CatchUpAsync(SpaceState state)
    {
        while (true)
        {
            var events = await log.ReadStreamAsync(space.Stream, state.Version, ReadLimit);
            foreach (var recorded in events)
                state = Space.Evolve(state, SpaceCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span), recorded.CommandId);
            if (events.Count < ReadLimit)
                return state;
        }
    }

    /// <summary>A batch decided on speculative state, and the append that makes it true.</summary>
    private sealed class Decided
    {
        private readonly List<(Pending Pending, SpaceAnswer Answer)> _answers;

        public Decided(SpaceState state, DecisionClock clock, SpaceId space, List<Pending> batch)
        {
            var version = state.Version;
            var now = clock.Now();
            var events = new List<NewEvent>(batch.Count);
            var commands = new List<CommandRecord>(batch.Count);
            var before = version == 0 ? null : Availability.Of(state, now);
            _answers = new(batch.Count);
            foreach (var pending in batch)
            {
                var request = pending.Request;
                var decision = Space.Decide(state, request.Command with { Now = now, Id = request.CommandId });
                state = decision.State;
                _answers.Add((pending, new SpaceAnswer(decision.Outcome, decision.Availability, 0, before)));
                before = decision.Availability;
                foreach (var happened in decision.Events)
                    events.Add(SpaceCodec.Encode(happened, request.CommandId, request.NeedId));
                if (request.CommandId != Guid.Empty && decision.Outcome is not NoSuchSpace)
                {
                    commands.Add(new CommandRecord(
                        request.CommandId, space.Stream, request.RequestHash, SpaceCodec.EncodeAnswer(decision.Outcome, decision.Availability!),
                        request.Caller.Actor, request.Caller.Role, request.Caller.Client, request.Caller.Correlation, now));
                }
            }

            State = state;
            if (events.Count > 0 || commands.Count > 0)
                Append = new StreamAppend(space.Stream, version, events, commands);
        }

        public SpaceState State { get; }

        public StreamAppend? Append { get; }

        public void AnswerAll(long position)
        {
            foreach (var (pending, answer) in _answers)
                pending.Answer.TrySetResult(answer with { Position = position });
        }
    }

    private sealed class Pending(SpaceRequest request)
    {
        public SpaceRequest Request { get; } = request;

        // Callers go on elsewhere than on the queue of the space.
        public TaskCompletionSource<SpaceAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(Exception failure) => Answer.TrySetException(failure);

        public void AnswerKnown(CommandRecord known)
        {
            if (!known.RequestHash.Span.SequenceEqual(Request.RequestHash.Span))
            {
                Fail(new CommandIdReusedException(Request.CommandId));
                return;
            }

            var (outcome, availability) = SpaceCodec.DecodeAnswer(known.Outcome.Span);
            Answer.TrySetResult(new SpaceAnswer(outcome, availability, 0));
        }

        /// <summary>The same command twice in one batch: one effect, one answer.</summary>
        public void AnswerAs(Pending same)
        {
            if (!same.Request.RequestHash.Span.SequenceEqual(Request.RequestHash.Span))
            {
                Fail(new CommandIdReusedException(Request.CommandId));
                return;
            }

            _ = same.Answer.Task.ContinueWith(
                done =>
                {
                    if (done.IsCompletedSuccessfully)
                        Answer.TrySetResult(done.Result);
                    else
                        Fail(done.Exception!.GetBaseException());
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
