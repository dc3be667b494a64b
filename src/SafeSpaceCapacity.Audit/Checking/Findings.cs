namespace SafeSpaceCapacity.Audit.Checking;

/// <summary>What a check found in one node's trail, as far as a reader can use it.</summary>
internal sealed class Findings(string node)
{
    private const int Most = 1000;
    private readonly List<AuditFinding> _all = [];
    private readonly List<AuditFinding> _notes = [];

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<AuditFinding> All => _all;

    /// <summary>What is worth knowing and not wrong.</summary>
    public IReadOnlyList<AuditFinding> Notes => _notes;

    public void Add(string file, long? line, string what) => Add(_all, file, line, what);

    public void Note(string file, long? line, string what) => Add(_notes, file, line, what);

    private void Add(List<AuditFinding> list, string file, long? line, string what)
    {
        if (list.Count < Most)
            list.Add(new AuditFinding(node, file, line, what));
        else if (list.Count == Most)
            list.Add(new AuditFinding(node, file, line, "and more, which are not listed"));
    }
}
