using System.CommandLine;
using System.Text.Json;
using Padron.Api.Cli;
using Padron.Application.Imports;
using Padron.Domain;

namespace Padron.Api.Imports;

/// <summary><c>padron imports table</c>: tables of sources beside contacts and ranking.</summary>
static class ReferenceTableCommand
{
    static readonly Argument<string?> Name = new("NAME") { Description = "The table; without it all are listed.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<int> Limit = new("--limit") { Description = "Rows at most.", DefaultValueFactory = _ => 100 };

    public static Command Create() => CliCommand.Create(
        "table", "Show other tables of imported sources, such as statistics: of each name the newest.", [Name, Limit], RunAsync);

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var tables = session.Get<ReferenceTables>();
        if (parsed.GetValue(Name) is not { } name)
        {
            var all = await tables.ListAsync(ct);
            terminal.Result(all, t => t.Table(
                ["table", "rows#", "columns", "import"],
                all.Select(table => (IReadOnlyList<string>)[table.Name, Terminal.Number(table.Rows), string.Join(", ", table.Columns), table.ImportId.ToString()])));
            return;
        }

        var found = await tables.FindAsync(name, ct) ?? throw new RuleViolationException("table_unknown", $"No import brought a table {name}: `padron imports table` lists them.");
        var rows = await tables.RowsAsync(found, limit: parsed.GetValue(Limit), ct: ct).ToArrayAsync(ct);
        terminal.Result(rows, t => t.Table(found.Columns, rows.Select(row => (IReadOnlyList<string>)[.. found.Columns.Select(column => Text(row.GetProperty(column)))])));
    }

    static string Text(JsonElement value) => value.ValueKind is JsonValueKind.Null ? "" : value.ToString();
}
