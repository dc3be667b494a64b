namespace SafeSpaceCapacity.Audit.Tests;

/// <summary>Asks page after page.</summary>
internal static class Query
{
    public static List<AuditRecord> All(string folder, AuditFilter filter, int limit = AuditReader.LimitMax, long bytesMost = long.MaxValue)
    {
        var all = new List<AuditRecord>();
        string? token = null;
        do
        {
            var page = AuditReader.Query(folder, filter, token, limit, bytesMost);
            Assert.True(page.Records.Count <= limit);
            all.AddRange(page.Records);
            token = page.NextPage;
        }
        while (token is not null);
        return all;
    }
}
