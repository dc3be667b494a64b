using System.Runtime.InteropServices;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>Work that takes a core for minutes and must not be in a search's way.</summary>
internal static partial class LowPriority
{
    // Nicest there is. .NET's own thread priorities do nothing on Linux.
    private const int Nicest = 19;

    /// <summary>Runs it on a thread of its own, to which the machine gives what nobody else wants.</summary>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            // Of the calling thread alone: on Linux each has a nice value of its own. Where it can't be had, the work is done all the same.
            if (OperatingSystem.IsLinux())
                _ = SetPriority(0, 0, Nicest);
            try
            {
                done.SetResult(work());
            }
#pragma warning disable CA1031 // Whoever waits for it is told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                done.SetException(failure);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return done.Task;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
