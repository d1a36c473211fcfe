using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Npgsql;
using Padron.Api.Serve;
using Padron.Application.Idempotency;
using Padron.Domain;

namespace Padron.Api.Http;

/// <summary>
/// A POST with the header <c>Idempotency-Key</c> takes effect once: the same request again gets the same answer, another one under the same key is
/// refused. Only what was done is remembered; a refused request may be corrected and sent again under its key.
/// </summary>
sealed class IdempotentRequests(IdempotencyKeys keys, NpgsqlDataSource dataSource) : IMiddleware, IDisposable
{
    /// <summary>1 to 255 visible ASCII characters, such as a UUID; quoted, as the IETF's draft has it, or not.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Says of an answer that an earlier request had got it.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    static readonly string[] KeptHeaders = ["Content-Type", "Location", Positions.Header];

    // Each holds a connection and may ask for a second one: with half of the pool at most, there always is one.
    readonly SemaphoreSlim room = new(Math.Max(1, new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).MaxPoolSize / 2));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Headers.TryGetValue(Header, out var text))
        {
            await next(context);
            return;
        }

        var key = Read(text.ToString());
        context.Request.EnableBuffering(PadronApp.LargestBody);
        var fingerprint = await FingerprintAsync(context.Request, context.RequestAborted);
        await room.WaitAsync(context.RequestAborted);
        try
        {
            var (answer, replayed) = await keys.AnswerAsync(key, fingerprint, _ => RunAsync(context, next), context.RequestAborted);
            await WriteAsync(context.Response, answer, replayed);
        }
        finally
        {
            room.Release();
        }
    }

    public void Dispose() => room.Dispose();

    /// <summary>Tells of the header in the description of every POST.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (HttpMethods.IsPost(context.Description.HttpMethod ?? ""))
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = Header,
                In = ParameterLocation.Header,
                Description = "A new UUID for each request. The same request again under its key gets the same answer, and no effect twice.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
            });
        }

        return Task.CompletedTask;
    }

    static string Read(string text)
    {
        var key = text is ['"', .. var quoted, '"'] ? quoted : text;
        return key.Length is >= 1 and <= 255 && key.All(c => c is > ' ' and <= '~')
            ? key
            : throw new RuleViolationException("idempotency_key_invalid", $"{Header} takes 1 to 255 visible ASCII characters, such as a new UUID for each request.");
    }

    static async Task<byte[]> FingerprintAsync(HttpRequest request, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var buffer = new byte[8192];
        while (await request.Body.ReadAsync(buffer, ct) is > 0 and var count)
            hash.AppendData(buffer, 0, count);
        return hash.GetHashAndReset();
    }

    // The answer is kept back until it has committed with what it tells of. A second run begins where the first one did.
    static async Task<StoredAnswer> RunAsync(HttpContext http, RequestDelegate next)
    {
        var (response, body) = (http.Response, http.Response.Body);
        using var kept = new MemoryStream();
        http.Request.Body.Position = 0;
        response.Clear();
        response.Body = kept;
        try
        {
            await next(http);
            await response.CompleteAsync();
        }
        finally
        {
            response.Body = body;
        }

        var headers = KeptHeaders.Where(response.Headers.ContainsKey).ToDictionary(name => name, name => response.Headers[name].ToString());
        return new(response.StatusCode, headers, kept.ToArray());
    }

    static async Task WriteAsync(HttpResponse response, StoredAnswer answer, bool replayed)
    {
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (replayed)
            response.Headers[ReplayedHeader] = "true";
        if (answer.Body.Length > 0)
            await response.Body.WriteAsync(answer.Body);
    }
}
