using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Numbering;

public sealed class SourceTextTests
{
    [Theory]
    [InlineData("MARÍA  PÉREZ", "MARÍA PÉREZ")]
    [InlineData("  Calle 5\tNo. 3 \r\n", "Calle 5 No. 3")]
    [InlineData("San\u00A0Luis \u00A0 Potosí", "San Luis Potosí")]
    [InlineData("Mun\u0303oz", "Muñoz")]
    [InlineData("PEÃ‘A", "PEÑA")]
    [InlineData("MÃ‰XICO", "MÉXICO")]
    [InlineData("MÃ\u0089XICO", "MÉXICO")]
    [InlineData("GarcÃ\u00ADa", "García")]
    [InlineData("MuÃ±oz", "Muñoz")]
    [InlineData("MÃƒâ€°XICO", "MÉXICO")] // twice through the wrong encoding
    [InlineData("Dâ€™Angelo", "D’Angelo")]
    [InlineData("Calle 5Âª", "Calle 5ª")]
    [InlineData("null\0 byte", "null byte")]
    [InlineData("zero\u200Bwidth", "zerowidth")]
    [InlineData("\uFEFFAna", "Ana")]
    [InlineData("MU?OZ", "MU?OZ")] // what is lost is not guessed
    [InlineData("JOSÉ” B", "JOSÉ” B")]
    [InlineData("SÃO PAULO", "SÃO PAULO")]
    [InlineData("López & Hijos, S.A. de C.V.", "López & Hijos, S.A. de C.V.")]
    [InlineData("=1+1", "=1+1")]
    [InlineData("Ana 😀", "Ana 😀")]
    [InlineData("Xavier", "Xavier")]
    [InlineData("Nadia", "Nadia")]
    public void Text_is_made_fit_to_be_stored(string text, string clean) => SourceText.Clean(text).ShouldBe(clean);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\u00A0")]
    [InlineData("NULL")]
    [InlineData("n/a")]
    [InlineData("S/N")]
    [InlineData("s. n.")]
    [InlineData(".")]
    [InlineData("X")]
    [InlineData("xxx")]
    [InlineData("SIN NOMBRE")]
    [InlineData(" Sin  Dirección ")]
    [InlineData("-----------------------------------")]
    public void Words_that_mean_nothing_are_nothing(string? text) => SourceText.Clean(text).ShouldBeNull();

    [Theory]
    [InlineData("GARCÍA LÓPEZ MARÍA DE LOS ÁNGELES")]
    [InlineData("Av. Benito Juárez #15, Col. Centro")]
    [InlineData("5512345678")]
    public void Clean_text_is_handed_back_as_the_same_instance(string text) => SourceText.Clean(text).ShouldBeSameAs(text);

    [Fact] // attributes can't carry half a surrogate pair
    public void Half_a_character_becomes_a_replacement_sign() => SourceText.Clean("half \uD83D pair").ShouldBe("half \uFFFD pair");

    [Fact]
    public void Cleaning_never_throws_and_leaves_nothing_a_database_refuses() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Arb.From(Texts.Any), text =>
            SourceText.Clean(text) is not { } clean
            || (clean.Length > 0 && clean == clean.Trim() && !clean.Contains('\0') && clean.IsNormalized()
                && !clean.EnumerateRunes().Any(System.Text.Rune.IsControl))));
}
