using Microsoft.AspNetCore.Http;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>Stands where the service answers calls, and keeps who called what: what it answers is for tests of the service.</summary>
internal sealed class GivenCalls : IPageCalls
{
    public List<(string Method, Grant Grant)> Heard { get; } = [];

    public Task AnswerAsync(HttpContext http, string method, Grant grant)
    {
        Heard.Add((method, grant));
        return http.Response.WriteAsJsonAsync(new { ok = true });
    }
}
