using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Numbering;

public sealed class MexicanStatesTests
{
    [Theory]
    [InlineData("CDMX", "CDMX")]
    [InlineData("DF", "CDMX")]
    [InlineData("D.F.", "CDMX")]
    [InlineData("d. f.", "CDMX")]
    [InlineData("Distrito Federal", "CDMX")]
    [InlineData("Cd. de México", "CDMX")]
    [InlineData("México DF", "CDMX")]
    [InlineData("MÉXICO, D.F.", "CDMX")]
    [InlineData("Edomex", "MEX")]
    [InlineData("Edo. Mex.", "MEX")]
    [InlineData("EDO. DE MÉXICO", "MEX")]
    [InlineData("Estado de Mexico", "MEX")]
    [InlineData("México", "MEX")] // the country and the city are meant elsewhere; in a column of states it is the state
    [InlineData("COAHUILA DE ZARAGOZA", "COAH")]
    [InlineData("Michoacán de Ocampo", "MICH")]
    [InlineData("michoacan", "MICH")]
    [InlineData("Veracruz de Ignacio de la Llave", "VER")]
    [InlineData("Veracruz Llave", "VER")]
    [InlineData("Queretaro de Arteaga", "QRO")]
    [InlineData("QUERÉTARO", "QRO")]
    [InlineData("Nuevo Leon", "NL")]
    [InlineData("Nvo. León", "NL")]
    [InlineData("N.L.", "NL")]
    [InlineData("NUEVO-LEÓN", "NL")]
    [InlineData("Baja California Norte", "BC")]
    [InlineData("BCN", "BC")]
    [InlineData("Baja California", "BC")]
    [InlineData("Baja California Sur", "BCS")]
    [InlineData("Q. Roo", "QROO")]
    [InlineData("QUINTANA  ROO", "QROO")]
    [InlineData("  jal.  ", "JAL")]
    [InlineData("Yucata\u0301n", "YUC")]
    [InlineData("San\u00A0Luis\u00A0Potosí", "SLP")]
    [InlineData("Sin", "SIN")]
    [InlineData("SON", "SON")]
    [InlineData("que", "QRO")]
    [InlineData("Col.", "COL")]
    [InlineData("VER", "VER")]
    [InlineData("mor", "MOR")]
    public void A_state_is_known_by_its_names(string text, string code) => MexicanStates.Match(text)!.Code.ShouldBe(code);

    [Theory]
    [InlineData("MÃ‰XICO", "MEX")]
    [InlineData("Nuevo LeÃ³n", "NL")]
    [InlineData("MichoacÃ¡n", "MICH")]
    [InlineData("San Luis PotosÃ\u00AD", "SLP")]
    [InlineData("YUCATÃ\u0081N", "YUC")]
    public void A_name_in_the_wrong_encoding_is_known_too(string text, string code) => MexicanStates.Match(text)!.Code.ShouldBe(code);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" . ")]
    [InlineData("Sin nombre")]
    [InlineData("SIN DATO")]
    [InlineData("Col. Centro")]
    [InlineData("Colonia")]
    [InlineData("Son de la Loma")]
    [InlineData("a ver")]
    [InlineData("Moreno")]
    [InlineData("Texas")]
    [InlineData("Jalisc")]
    [InlineData("Guadalajara")]
    [InlineData("Guadalupe")]
    [InlineData("La Paz")]
    [InlineData("NULL")]
    public void Nothing_is_guessed(string? text) => MexicanStates.Match(text).ShouldBeNull();

    [Fact]
    public void There_are_32_states_found_by_their_own_code_name_and_official_name()
    {
        MexicanStates.All.Count.ShouldBe(32);
        foreach (var state in MexicanStates.All)
        {
            MexicanStates.Find(state.Code).ShouldBe(state);
            MexicanStates.Match(state.Code).ShouldBe(state);
            MexicanStates.Match(state.Name).ShouldBe(state);
            MexicanStates.Match(state.OfficialName).ShouldBe(state);
        }

        MexicanStates.Find("TX").ShouldBeNull();
    }

    [Fact]
    public void Padding_of_any_length_does_not_matter() => MexicanStates.Match("Jalisco".PadRight(200)).ShouldBe(MexicanStates.Find("JAL"));

    [Fact]
    public void No_text_makes_it_throw() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Texts.Any), text => MexicanStates.Match(text) is null or { Code.Length: > 0 }));
}
