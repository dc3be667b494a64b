namespace SafeSpaceCapacity.EventLog;

/// <summary>Files of a data directory that say what its log is not.</summary>
public static class DirectoryMarks
{
    /// <summary>The log is in a database: a start that forgot to say so would go on with another log, and give places twice.</summary>
    public const string PostgresMark = "log-in-postgresql";

    /// <summary>The times in the log are made up; how far they have come.</summary>
    public const string SimulatedMark = "simulated-time";

    /// <summary>Refuses a directory whose log is elsewhere or made up.</summary>
    /// <exception cref="LogRefusedException">It is one.</exception>
    internal static void RefuseMarked(string directory)
    {
        if (File.Exists(Path.Combine(directory, PostgresMark)))
            throw new LogRefusedException($"{directory} belongs to a log in PostgreSQL: give --postgres in place of --data, or choose another folder.");
        if (File.Exists(Path.Combine(directory, SimulatedMark)))
            throw new LogRefusedException($"{directory} holds a simulation, whose times are made up: they and real ones are never in one log. Choose another folder.");
    }
}
