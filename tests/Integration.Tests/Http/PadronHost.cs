using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Padron.Api.Configuration;
using Padron.Api.Serve;
using Padron.Application.Extractions;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Http;

/// <summary>The real HTTP process over a test's database, on a free port of this machine, with what it logs kept.</summary>
public sealed class PadronHost : IAsyncLifetime, ILoggerProvider
{
    readonly string spool = Directory.CreateTempSubdirectory("padron-spool-").FullName;
    WebApplication? app;

    internal PadronSettings Settings { get; init; } = new() { Serve = new() { Urls = "http://127.0.0.1:0" } };

    public PadronDatabase Database { get; } = new();

    public T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    public HttpClient Client { get; } = new();

    public ConcurrentQueue<string> Log { get; } = [];

    public async Task InitializeAsync()
    {
        await Database.InitializeAsync();
        app = PadronApp.Build(Database.NewProcess(), PadronDatabase.Key, new ExtractionSpool(Path.Combine(spool, "files"), KeptFor: TimeSpan.FromDays(30)), Settings, builder =>
        {
            builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace);
            builder.Services.AddSingleton<ILoggerProvider>(this);
        });
        await app.StartAsync();
        Client.BaseAddress = new Uri(app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await app!.StopAsync();
        await app.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(spool, recursive: true);
    }

    public ILogger CreateLogger(string categoryName) => new Keeper(Log, categoryName);

    public void Dispose()
    {
    }

    sealed class Keeper(ConcurrentQueue<string> log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Enqueue($"{category}: {formatter(state, exception)} {exception}");
    }
}
