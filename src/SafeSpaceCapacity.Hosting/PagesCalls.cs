using Microsoft.AspNetCore.Http;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Service.Json;
using SafeSpaceCapacity.Web;

namespace SafeSpaceCapacity.Hosting;

/// <summary>The service's methods for the pages, which do not know the service.</summary>
internal sealed class PagesCalls(JsonCalls calls) : IPageCalls
{
    public Task AnswerAsync(HttpContext http, string method, Grant grant) => calls.AnswerAsync(http, "/safespacecapacity.v1." + method, grant);
}
