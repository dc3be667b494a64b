using System.Threading.Channels;
using SafeSpaceCapacity.Domain.Demand;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>
/// Takes down what a need's searches and rejected holds came to, without waiting: a search is answered whether or not there is room here. What
/// there is no room for is lost, and counted. What becomes of holds is in the log: see <see cref="NeedFold"/>.
/// </summary>
internal sealed class NeedLog
{
    /// <summary>Searches that may wait to be written: some seconds of far more than a country asks (assumption).</summary>
    public const int WaitingMost = 16_384;

    private readonly Channel<Need> _waiting = Channel.CreateBounded<Need>(WaitingMost);
    private long _lost;

    /// <summary>How many were lost since the start because too many waited.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Takes one down.</summary>
    public void Record(Need need)
    {
        if (!_waiting.Writer.TryWrite(need))
            Interlocked.Increment(ref _lost);
    }

    /// <summary>The next one; false where none waits.</summary>
    public bool TryTake(out Need? need) => _waiting.Reader.TryRead(out need);
}
